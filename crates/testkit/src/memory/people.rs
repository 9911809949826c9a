//! People in a unit of work.

use async_trait::async_trait;
use chinwag_domain::{
    SessionId, Timestamp, User, UserId,
    ports::{PeopleWrites, StorageError},
};

use super::{state::fault, unit_of_work::MemoryUnitOfWork};

#[async_trait]
impl PeopleWrites for MemoryUnitOfWork {
    async fn insert_people(&mut self, people: &[User]) -> Result<Vec<UserId>, StorageError> {
        let mut new = Vec::new();
        for person in people {
            let id = &person.summary.id;
            if !self.working.users.contains_key(id) {
                self.working.users.insert(id.clone(), person.clone());
                new.push(id.clone());
            }
        }
        Ok(new)
    }

    async fn lock_people(&mut self, ids: &[UserId]) -> Result<Vec<User>, StorageError> {
        let known = self.working.users.iter().filter(|(id, _)| ids.contains(id));
        Ok(known.map(|(_, user)| user.clone()).collect())
    }

    async fn save_people(&mut self, people: &[User]) -> Result<(), StorageError> {
        for person in people {
            let id = &person.summary.id;
            let known = self.working.users.get_mut(id);
            *known.ok_or_else(|| fault(format!("nobody knows {id}")))? = person.clone();
        }
        Ok(())
    }

    async fn end_sign_ins(
        &mut self,
        people: &[UserId],
        now: Timestamp,
    ) -> Result<Vec<SessionId>, StorageError> {
        let mut ended = Vec::new();
        for session in self.working.sessions.values_mut() {
            if people.contains(&session.user_id) && session.revoked_at.is_none() {
                session.revoked_at = Some(now);
                ended.push(session.id);
            }
        }
        Ok(ended)
    }
}
