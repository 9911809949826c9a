//! The lists of cases: each stands here once, and is handed on to `conformance_cases`.

/// The one list of the cases for storage.
#[doc(hidden)]
#[macro_export]
macro_rules! storage_cases {
    ($($mode:tt)*) => {
        $crate::conformance_cases! { { $($mode)* }
            accounts {
                an_account_is_there_whole,
                a_guest_has_no_credential,
                a_taken_login_leaves_nothing,
                of_registrations_at_once_one_wins,
                logins_are_compared_to_the_letter,
                an_account_comes_with_its_entries,
            }
            audit {
                an_entry_comes_back_as_it_was,
                a_dropped_unit_leaves_no_entry,
                entries_come_newest_first_and_in_pieces,
                filters_hold_together,
                a_target_is_an_id_or_a_type_and_an_id,
                entries_are_sealed_once,
                a_seal_that_comes_too_late_changes_nothing,
                of_sealers_at_once_one_goes_on,
                what_is_personal_is_erased_and_the_chain_stays,
                an_erasure_that_is_dropped_erases_nothing,
            }
            blocking {
                a_block_stands_between_two_people,
                two_blocks_are_taken_back_one_by_one,
                nothing_is_sent_across_a_block,
                strangers_are_not_told_of_a_block,
                a_pair_is_held_by_one_at_a_time,
            }
            changes {
                changes_come_by_revision,
                changes_come_in_pieces,
                nothing_below_the_floor_comes,
                reactions_are_the_viewers,
                changes_stay_in_their_conversation,
            }
            contents {
                every_part_of_a_draft_comes_back,
                every_kind_comes_back,
                places_and_appointments_come_back,
                text_comes_back_to_the_letter,
                long_text_comes_back_whole,
                metadata_comes_back_as_json,
                ids_and_times_come_back,
                system_messages_come_back,
            }
            devices {
                a_device_comes_back_as_it_was,
                registered_again_it_is_replaced,
                an_address_stands_for_one_device,
                an_address_moves_within_a_person,
                nobody_has_more_than_they_may,
                of_registrations_at_once_none_exceeds,
                of_registrations_of_an_address_at_once_one_keeps_it,
                people_who_swap_addresses_at_once_both_succeed,
                a_deleted_device_is_gone,
                an_address_that_is_no_more_is_forgotten,
                devices_of_many_come_together,
                deactivated_people_have_none,
                device_ids_are_compared_to_the_letter,
                strangers_have_no_devices,
            }
            direct {
                the_second_attempt_finds_the_first,
                a_pair_finds_its_conversation,
                of_many_at_once_one_is_new,
                different_pairs_at_once_are_all_new,
                the_existing_one_can_be_locked_at_once,
                an_attempt_given_up_leaves_the_pair_free,
                similar_ids_are_different_pairs,
            }
            directory {
                people_come_by_id,
                cursors_lead_through_everybody,
                a_part_of_name_or_id_is_enough,
                a_name_from_a_token_is_found,
                wildcards_are_text,
                only_acquaintances_where_it_is_closed,
                operators_see_everybody,
                operators_see_every_group,
            }
            duplicates {
                the_same_again_is_the_stored_message,
                after_an_edit_the_answer_is_the_edited_message,
                after_a_deletion_the_answer_is_the_tombstone,
                the_answer_shows_the_reactions,
                other_content_is_refused,
                other_senders_and_conversations_are_apart,
                client_ids_are_compared_to_the_letter,
                without_a_client_id_nothing_is_a_repetition,
                many_at_once_are_one_message,
                different_contents_at_once_have_one_winner,
            }
            edits {
                an_edit_changes_the_words_and_nothing_else,
                the_last_of_many_edits_stands,
                an_edit_shows_everywhere,
                a_dropped_edit_never_was,
            }
            erasing {
                parts_come_by_conversation_also_where_they_are_over,
                what_somebody_said_comes_in_pages_with_its_edits,
                reactions_of_somebody_come_by_message,
                mentions_of_somebody_and_nothing_like_them,
                mentions_are_looked_for_stretch_by_stretch,
                how_tombstones_were_sent_is_forgotten,
                receipts_are_forgotten_and_pointers_stay,
                whatever_is_locked_is_held_by_one_at_a_time,
                steps_leave_tombstones_and_no_gap,
            }
            events {
                a_message_is_told_once_with_its_place,
                messages_at_once_are_told_in_order,
                what_is_told_is_stored,
                a_sender_who_goes_away_leaves_no_silent_message,
                repetitions_and_refusals_are_not_told,
                a_unit_tells_in_order_after_its_commit,
                a_dropped_unit_tells_nothing,
                marks_are_not_told,
            }
            forgetting {
                nothing_is_left_to_sign_in_with,
                devices_blocks_and_files_go,
                jobs_stay_and_say_nothing_of_the_person,
                a_person_is_forgotten_with_the_unit,
            }
            hosted {
                new_people_are_stored_and_known_ones_stay,
                locked_people_are_saved_whole,
                of_insertions_at_once_one_is_new,
                sign_ins_end_with_the_account,
                ending_sign_ins_tells_which,
                a_deactivated_person_stays_as_they_are,
                a_deactivated_person_sends_nothing,
                everybody_is_listed_but_who_was_erased,
            }
            jobs {
                a_job_is_taken_and_done,
                a_dropped_unit_has_no_jobs,
                a_job_waits_for_its_time_and_its_kind,
                the_earliest_come_first,
                a_lease_ends,
                a_failed_job_waits_and_a_dead_one_is_kept,
                a_worker_of_an_earlier_life_ends_nothing,
                takers_at_once_share_no_job,
                a_job_is_done_with_its_unit,
                changes_have_their_follow_ups,
                what_did_not_happen_has_no_follow_ups,
            }
            lanes {
                a_lane_keeps_its_order,
                lanes_are_not_preferred,
                takers_at_once_keep_the_order_of_lanes,
                lanes_of_other_kinds_are_others,
                a_revived_job_waits_for_the_one_that_runs,
                a_receiver_takes_no_more_than_its_room,
            }
            listing {
                newest_activity_comes_first,
                only_ones_own_are_listed,
                cursors_lead_through_the_whole_list,
                ties_are_neither_skipped_nor_doubled,
                news_while_reading_shifts_nothing,
                pages_know_the_total,
                hidden_ones_are_a_list_of_their_own,
                types_are_told_apart,
                items_are_summaries,
            }
            listing_search {
                a_group_is_found_by_its_name,
                a_group_is_not_found_by_its_people,
                a_direct_one_is_found_by_the_other,
                a_new_name_is_found_at_once,
                wildcards_are_text,
                a_search_comes_in_pieces_too,
            }
            marks {
                an_own_message_is_read_at_once,
                an_own_message_leaves_unread_what_came_before,
                own_messages_at_once_are_read_as_far_as_they_reach,
                marks_move_forward_only,
                reading_implies_delivery,
                marks_take_no_revision,
                marks_of_people_who_are_gone_do_nothing,
                of_marks_at_once_the_highest_stands,
                others_are_as_far_as_the_slowest,
            }
            media {
                an_upload_comes_back_as_it_was,
                a_slot_is_entered_once_and_in_time,
                of_many_who_enter_a_slot_one_does,
                only_ones_own_that_is_ready_is_claimed,
                a_message_shows_it_to_who_sees_the_message,
                a_message_of_a_unit_shows_it_too,
                who_left_is_shown_nothing,
                below_the_floor_nothing_is_shown,
                a_deleted_conversation_shows_nothing,
                of_a_tombstone_nothing_is_shown,
                a_refused_message_shows_nothing,
                what_nobody_uses_is_doomed,
                what_is_doomed_comes_page_by_page,
                what_a_message_shows_is_never_doomed,
                a_claim_keeps_it_from_the_sweep,
                what_is_doomed_is_of_no_use,
                what_was_given_up_is_doomed_unless_shown,
                everything_of_a_person_is_doomed,
                the_key_for_links_is_made_once,
                what_was_sent_before_is_found,
            }
            memberships {
                only_people_present_have_a_part,
                settings_come_back,
                rows_come_back,
                coming_back_keeps_the_pointers,
                memberships_are_for_connections,
            }
            numbering {
                eight_senders_at_once_leave_no_gap,
                units_and_senders_share_one_numbering,
                every_conversation_counts_for_itself,
                a_message_takes_the_next_seq_and_revision,
            }
            own_uploads {
                uploads_that_nobody_sees_come_by_id,
                an_upload_that_a_message_shows_is_found_there,
            }
            participants {
                people_come_in_order_of_joining,
                nobody_is_in_what_is_gone,
                changes_of_people_come_by_revision,
                members_are_for_hubs,
                nobody_is_a_member_of_what_is_gone,
                heads_tell_how_far_conversations_are,
                joinings_since_a_time_are_found,
                sharing_is_of_the_moment,
                a_large_group_is_there_whole,
            }
            people {
                a_new_person_is_stored,
                what_differs_is_taken_over,
                what_is_known_stays,
                first_sights_at_once_make_one_person,
                only_known_people_are_found,
                a_profile_is_changed_where_a_change_names_it,
                the_last_sight_moves_forward_only,
            }
            ranges {
                both_orders_begin_at_their_own_end,
                bounds_are_exclusive,
                where_nothing_is_nothing_is_found,
                a_range_stays_in_its_conversation,
                nothing_is_left_out,
                windows_deep_inside_are_whole,
                senders_carry_their_present_name,
            }
            reactions {
                tallies_come_in_order_of_first_use,
                emoji_are_compared_to_the_letter,
                the_same_reaction_again_is_not_new,
                a_reaction_is_taken_back,
                reactions_stay_with_their_message,
                reactions_at_once_are_all_counted,
            }
            receipts {
                the_time_is_that_of_the_first_mark_at_or_above,
                a_read_mark_stands_for_delivery_too,
                reading_later_keeps_the_time_of_delivery,
                a_mark_that_moves_nothing_leaves_no_trace,
                rows_come_by_time_then_person,
                only_people_present_are_shown,
                conversations_are_apart,
            }
            refusals {
                a_stranger_may_not_send,
                an_unknown_person_may_not_send,
                who_left_may_not_send,
                nobody_sends_to_a_deleted_conversation,
                nobody_sends_to_an_unknown_conversation,
                a_refused_message_does_not_fail_its_neighbours,
                leaving_cuts_off_what_comes_later,
            }
            searching {
                any_part_is_found,
                case_makes_no_difference,
                cjk_and_emoji_are_found,
                wildcards_and_quotes_are_text,
                edits_and_deletions_count_at_once,
                only_the_text_is_searched,
                pages_of_what_is_found,
                a_search_stays_in_its_conversation,
                ways_of_writing_a_letter_make_no_difference,
                long_parts_are_found,
            }
            searching_everywhere {
                the_newest_of_all_conversations_come_first,
                any_length_and_script_is_found_everywhere,
                nothing_is_found_where_one_may_not_look,
                coming_back_does_not_show_what_was_missed,
                what_was_cleared_is_not_found,
                hidden_conversations_are_searched,
                whom_one_has_blocked_is_not_found,
                changes_count_at_once_everywhere,
                filters_choose_among_what_is_found,
                pages_lose_and_repeat_nothing_while_people_write,
                what_is_found_is_whole,
            }
            sessions {
                sessions_that_stand_come_newest_first,
                a_refresh_token_is_exchanged,
                a_used_token_ends_its_session,
                an_unknown_token_ends_nothing,
                a_token_runs_out,
                of_exchanges_at_once_one_is_made,
                a_session_is_ended_once_by_its_owner,
                sessions_leave_their_entries,
                sign_ins_that_ran_out_are_swept,
                tokens_exchanged_long_ago_are_swept,
                sweepers_at_once_share_the_work,
            }
            summaries {
                a_new_conversation_is_empty,
                a_direct_one_shows_the_other,
                the_last_message_is_the_newest,
                nothing_below_the_floor_is_shown,
                how_far_the_others_are_is_for_the_sender,
                summaries_are_of_ones_own,
            }
            tombstones {
                only_the_place_stays,
                no_door_shows_what_it_said,
                reactions_go_with_the_message,
                a_tombstone_keeps_its_number,
            }
            units {
                a_dropped_unit_never_was,
                a_commit_makes_all_of_it_true,
                a_unit_sees_its_own_writes,
                what_is_gone_cannot_be_locked,
                what_is_not_there_is_none,
                units_at_once_lose_nothing,
                saving_an_old_row_keeps_the_pointers,
                notes_are_no_repetitions,
            }
            unread {
                own_messages_do_not_count,
                system_messages_do_not_count,
                deleted_messages_do_not_count,
                a_deleted_own_message_is_counted_out_once,
                changes_make_nothing_unread,
                cleared_messages_do_not_count,
                what_came_before_a_joiner_does_not_count,
                reading_out_of_order_keeps_the_highest,
                the_total_leaves_out_what_is_hidden_or_gone,
                the_total_counts_more_than_it_names,
            }
            unread_at_random {
                the_count_is_that_of_counting,
                the_count_is_that_of_counting_again,
            }
            webhooks {
                a_webhook_comes_back_as_it_was,
                webhooks_come_by_age,
                a_webhook_is_deleted_once,
                a_dropped_unit_leaves_them_as_they_were,
            }
        }
    };
}

/// The one list of the cases for buses.
#[doc(hidden)]
#[macro_export]
macro_rules! bus_cases {
    ($($mode:tt)*) => {
        $crate::conformance_cases! { { $($mode)* }
            delivery {
                every_sink_gets_every_event,
                one_publishers_events_keep_their_order,
                publishers_at_once_keep_their_own_order,
                a_late_sink_gets_what_comes_later,
                publishing_to_nobody_is_no_trouble,
                nothing_lost_is_no_gap,
                a_sink_may_use_the_bus,
            }
            fidelity {
                changes_arrive_as_they_were,
                signals_arrive_as_they_were,
            }
        }
    };
}

/// The one list of the cases for stores of blobs.
#[doc(hidden)]
#[macro_export]
macro_rules! blob_cases {
    ($($mode:tt)*) => {
        $crate::conformance_cases! { { $($mode)* }
            bytes {
                what_was_written_is_read,
                an_empty_one_is_there,
                a_large_one_comes_back_whole,
                a_part_is_read,
                nothing_is_there_before_it_is_finished,
                what_was_given_up_leaves_nothing,
                what_was_dropped_leaves_nothing,
                what_is_deleted_is_gone,
                an_unfinished_one_is_deleted,
                many_at_once_keep_apart,
            }
        }
    };
}

/// The one list of the cases for boards of presence.
#[doc(hidden)]
#[macro_export]
macro_rules! presence_cases {
    ($($mode:tt)*) => {
        $crate::conformance_cases! { { $($mode)* }
            board {
                the_first_connection_brings_online,
                who_leaves_is_taken_off_by_the_sweep,
                each_is_told_once,
                back_in_time_is_never_away,
                the_last_connection_counts,
                a_connection_ends_once,
                a_connection_comes_once,
                a_sweep_takes_off_who_left_in_time,
                connections_at_once_are_all_counted,
                online_for_a_while_is_not_connected,
            }
        }
    };
}

/// The one list of the cases for rate limiters.
#[doc(hidden)]
#[macro_export]
macro_rules! limiter_cases {
    ($($mode:tt)*) => {
        $crate::conformance_cases! { { $($mode)* }
            accounts {
                a_burst_and_not_one_more,
                what_was_taken_comes_back,
                a_refusal_costs_nothing,
                looking_takes_nothing,
                accounts_are_apart,
                an_address_has_more,
                many_at_once_get_what_there_is,
            }
        }
    };
}
