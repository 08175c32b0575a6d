//! Determines whether every string that matches one regular expression matches another.

use std::collections::HashSet;

use regex_automata::dfa::{Automaton, StartKind, dense};
use regex_automata::nfa::thompson;
use regex_automata::util::primitives::StateID;
use regex_automata::util::{start, syntax};
use regex_automata::{Anchored, MatchKind};

/// The maximal size of a pattern's automaton, in bytes.
const MAX_AUTOMATON_BYTES: usize = 4 << 20;

/// The maximal number of visited pairs of states.
const MAX_STATE_PAIRS: usize = 50_000;

/// Returns whether all strings that match `old` match `new`; `None` if that cannot be determined.
///
/// Patterns are not anchored (JSON Schema Validation, section 6.3.3).
pub(crate) fn includes(new: &str, old: &str) -> Option<bool> {
    if new == old {
        return Some(true);
    }
    let (old, new) = (automaton(old)?, automaton(new)?);
    let start_of = |dfa: &dense::DFA<Vec<u32>>| {
        let start = start::Config::new().anchored(Anchored::No);
        dfa.start_state(&start).ok().map(MatchState::Pending)
    };
    let mut queue = vec![(start_of(&old)?, start_of(&new)?)];
    let mut seen: HashSet<(MatchState, MatchState)> = queue.iter().copied().collect();
    // Explores the product of both automata.
    while let Some((left, right)) = queue.pop() {
        if left.matches_at_end(&old) && !right.matches_at_end(&new) {
            return Some(false);
        }
        for byte in 0..=u8::MAX {
            let next = (left.after(&old, byte), right.after(&new, byte));
            // Once the new pattern has matched, any continuation matches.
            if next.1 != MatchState::Matched && !next.0.is_dead(&old) && seen.insert(next) {
                queue.push(next);
            }
        }
        if seen.len() > MAX_STATE_PAIRS {
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
                .dfa_size_limit(Some(MAX_AUTOMATON_BYTES))
                .determinize_size_limit(Some(MAX_AUTOMATON_BYTES)),
        )
        // `\d` and `\w` are ASCII in the patterns of documents (ECMA-262).
        .syntax(syntax::Config::new().unicode(false).utf8(false))
        .thompson(thompson::Config::new().utf8(false))
        .build(pattern)
        .ok()
}

/// The state of matching a string.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum MatchState {
    /// The pattern has matched somewhere.
    Matched,
    /// It may still match.
    Pending(StateID),
}

impl MatchState {
    fn after(self, dfa: &dense::DFA<Vec<u32>>, byte: u8) -> Self {
        match self {
            Self::Matched => Self::Matched,
            Self::Pending(state) => {
                let next = dfa.next_state(state, byte);
                if dfa.is_match_state(next) {
                    Self::Matched
                } else {
                    Self::Pending(next)
                }
            }
        }
    }

    /// Returns whether a string that ends here matches the pattern.
    fn matches_at_end(self, dfa: &dense::DFA<Vec<u32>>) -> bool {
        match self {
            Self::Matched => true,
            Self::Pending(state) => dfa.is_match_state(dfa.next_eoi_state(state)),
        }
    }

    fn is_dead(self, dfa: &dense::DFA<Vec<u32>>) -> bool {
        matches!(self, Self::Pending(state) if dfa.is_dead_state(state))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pattern_includes_narrower_ones() {
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
    fn equivalent_patterns_include_each_other() {
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
    fn patterns_without_an_automaton_are_undetermined() {
        assert_eq!(includes("^(?!x)a", "^b"), None);
        assert_eq!(includes("^(?!x)a", "^(?!x)a"), Some(true));
        assert_eq!(includes("(", "["), None);
    }
}
