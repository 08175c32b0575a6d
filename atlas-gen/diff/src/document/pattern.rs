//! Decides whether every string that matches one pattern matches another.
//!
//! It knows regular expressions and nothing of documents.

use std::collections::HashSet;

use regex_automata::dfa::{Automaton, StartKind, dense};
use regex_automata::nfa::thompson;
use regex_automata::util::primitives::StateID;
use regex_automata::util::{start, syntax};
use regex_automata::{Anchored, MatchKind};

/// The maximal size of a pattern's automaton, in bytes.
const SIZE: usize = 4 << 20;

/// The maximal number of state pairs that are visited.
const PAIRS: usize = 50_000;

/// Returns whether all strings that match `old` match `new`; `None` if that cannot be determined.
///
/// A pattern of a document may match anywhere in a string (JSON Schema validation, section 6.3.3).
pub(crate) fn includes(new: &str, old: &str) -> Option<bool> {
    if new == old {
        return Some(true);
    }
    let (old, new) = (automaton(old)?, automaton(new)?);
    let begin = |dfa: &dense::DFA<Vec<u32>>| {
        let start = start::Config::new().anchored(Anchored::No);
        dfa.start_state(&start).ok().map(Reached::Open)
    };
    let mut open = vec![(begin(&old)?, begin(&new)?)];
    let mut seen: HashSet<(Reached, Reached)> = open.iter().copied().collect();
    // A string is a path through both automata at once.
    while let Some((left, right)) = open.pop() {
        if left.ends_well(&old) && !right.ends_well(&new) {
            return Some(false);
        }
        for byte in 0..=u8::MAX {
            let next = (left.after(&old, byte), right.after(&new, byte));
            // Once the new pattern has matched, the rest of the string does not matter.
            if next.1 != Reached::Matched && !next.0.is_dead(&old) && seen.insert(next) {
                open.push(next);
            }
        }
        if seen.len() > PAIRS {
            return None;
        }
    }
    Some(true)
}

fn automaton(pattern: &str) -> Option<dense::DFA<Vec<u32>>> {
    dense::Builder::new()
        .configure(
            dense::Config::new()
                .match_kind(MatchKind::All)
                .start_kind(StartKind::Unanchored)
                .dfa_size_limit(Some(SIZE))
                .determinize_size_limit(Some(SIZE)),
        )
        // `\d` and `\w` are ASCII in the patterns of documents (ECMA-262).
        .syntax(syntax::Config::new().unicode(false).utf8(false))
        .thompson(thompson::Config::new().utf8(false))
        .build(pattern)
        .ok()
}

/// The state of an automaton.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Reached {
    /// The pattern has matched somewhere.
    Matched,
    /// It may still match.
    Open(StateID),
}

impl Reached {
    fn after(self, dfa: &dense::DFA<Vec<u32>>, byte: u8) -> Self {
        match self {
            Self::Matched => Self::Matched,
            Self::Open(state) => {
                let next = dfa.next_state(state, byte);
                if dfa.is_match_state(next) {
                    Self::Matched
                } else {
                    Self::Open(next)
                }
            }
        }
    }

    /// Returns whether a string that ends here matches the pattern.
    fn ends_well(self, dfa: &dense::DFA<Vec<u32>>) -> bool {
        match self {
            Self::Matched => true,
            Self::Open(state) => dfa.is_match_state(dfa.next_eoi_state(state)),
        }
    }

    fn is_dead(self, dfa: &dense::DFA<Vec<u32>>) -> bool {
        matches!(self, Self::Open(state) if dfa.is_dead_state(state))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pattern_includes_what_is_narrower() {
        for (wide, narrow) in [
            ("^[a-zA-Z]+$", "^[a-z]+$"),
            ("^[a-z]{1,64}$", "^[a-z]{2,32}$"),
            (".*", "^a$"),
            ("a", "^xay$"),
            ("^(a|b|c)$", "^(a|c)$"),
            ("^[0-9a-f]{24}$", r"^\d{24}$"),
            ("", "x"),
        ] {
            assert_eq!(includes(wide, narrow), Some(true), "{wide} {narrow}");
            assert_eq!(includes(narrow, wide), Some(false), "{narrow} {wide}");
        }
    }

    #[test]
    fn the_same_pattern_in_other_words_is_included() {
        assert_eq!(
            includes("^[a-f0-9]{2}$", "^([0-9a-f][a-f0-9])$"),
            Some(true)
        );
        assert_eq!(
            includes("^([0-9a-f][a-f0-9])$", "^[a-f0-9]{2}$"),
            Some(true)
        );
    }

    #[test]
    fn what_no_automaton_can_do_is_left_open() {
        assert_eq!(includes("^(?!x)a", "^b"), None);
        assert_eq!(includes("^(?!x)a", "^(?!x)a"), Some(true));
        assert_eq!(includes("(", "["), None);
    }
}
