//! Removes, duplicates or replaces parts of documents, deterministically.

use serde_json::Value;

/// A deterministic pseudo-random number generator (xorshift64).
pub(crate) struct Random(pub(crate) u64);

impl Random {
    pub(crate) fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % limit.max(1) as u64) as usize
    }
}

/// Collects the JSON pointers of all values in `value`.
fn places(value: &Value, here: &str, out: &mut Vec<String>) {
    out.push(here.to_owned());
    match value {
        Value::Object(map) => {
            for (key, child) in map {
                places(child, &atlas_gen::pointer::join(here, key), out);
            }
        }
        Value::Array(items) => {
            for (i, child) in items.iter().enumerate() {
                places(child, &format!("{here}/{i}"), out);
            }
        }
        _ => {}
    }
}

/// Removes, duplicates or replaces a part of `root`.
pub(crate) fn mutate(root: &mut Value, random: &mut Random) {
    let mut all = Vec::new();
    places(root, "", &mut all);
    let place = all[random.below(all.len())].clone();
    let other = all[random.below(all.len())].clone();
    let copied = root.pointer(&other).cloned().unwrap_or(Value::Null);
    let Some((parent, key)) = place.rsplit_once('/') else {
        return;
    };
    let key = key.replace("~1", "/").replace("~0", "~");
    match (random.below(5), root.pointer_mut(parent)) {
        (0, Some(Value::Object(map))) => {
            map.shift_remove(&key);
        }
        (1, Some(Value::Object(map))) => {
            map.insert(key, Value::Null);
        }
        // Copied with its key, so that names and keywords are mixed up.
        (2, Some(Value::Object(map))) => {
            let name = other.rsplit('/').next().unwrap_or_default().to_owned();
            map.insert(name, copied);
        }
        (3, Some(Value::Array(items))) => {
            let twice = items.clone();
            items.extend(twice);
        }
        _ => {
            if let Some(slot) = root.pointer_mut(&place) {
                *slot = copied;
            }
        }
    }
}
