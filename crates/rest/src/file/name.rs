//! How a file is called in `Content-Disposition` (RFC 6266, RFC 8187): once for
//! every client, in ASCII, and once as it is.

use std::fmt::Write as _;

use chinwag_domain::Media;

/// Shown in place, or saved; under its name.
pub(super) fn disposition(media: &Media) -> String {
    let how = if media.may_be_shown() { "inline" } else { "attachment" };
    let name = media.name.as_str();
    format!("{how}; filename=\"{}\"; filename*=UTF-8''{}", plain(name), encoded(name))
}

/// Nothing that ends a quoted text, begins an escape or is no ASCII.
fn plain(name: &str) -> String {
    let safe = |c: char| (' '..='~').contains(&c) && !matches!(c, '"' | '\\' | '%' | ';');
    name.chars().map(|c| if safe(c) { c } else { '_' }).collect()
}

fn encoded(name: &str) -> String {
    let mut encoded = String::with_capacity(name.len());
    for byte in name.bytes() {
        if byte.is_ascii_alphanumeric() || b"!#$&+-.^_`|~".contains(&byte) {
            encoded.push(char::from(byte));
        } else {
            // Writing to a String cannot fail.
            let _ = write!(encoded, "%{byte:02X}");
        }
    }
    encoded
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_name_breaks_out_of_the_header() {
        for (name, plainly, encodedly) in [
            ("cat.png", "cat.png", "cat.png"),
            ("a\"b\\c;d%e.png", "a_b_c_d_e.png", "a%22b%5Cc%3Bd%25e.png"),
            ("Über 📷.jpg", "_ber _.jpg", "%C3%9Cber%20%F0%9F%93%B7.jpg"),
            ("a\r\nX: y", "a__X: y", "a%0D%0AX%3A%20y"),
        ] {
            assert_eq!((plain(name).as_str(), encoded(name).as_str()), (plainly, encodedly));
        }
    }
}
