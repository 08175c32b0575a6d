#!/usr/bin/env bash
# How much a generated client costs to compile: lines, seconds and memory of `cargo check`, next to
# another crate for the same document. It changes nothing outside `target/`.
#
#     tests/benchmarks/compile.sh DOCUMENT [OTHER_CRATE]
#
# DOCUMENT is a published document of Atlas; OTHER_CRATE a crate that plain progenitor, or any other
# generator, made of it. The crates are checked in turn, so that a machine that is slower for a while
# is slow for both; ROUNDS (3) says how often. Needs GNU time.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

document=${1:?the document to generate from}
other=${2:-}
rounds=${ROUNDS:-3}
ours=target/benchmarks/client
export CARGO_INCREMENTAL=0 CARGO_TERM_QUIET=true

cargo run --release --package xtask -- codegen --spec "$document" --all --name atlas-all --out "$ours"
export CARGO_TARGET_DIR="$PWD/target/benchmarks/target"

# One check of the crate in $2 with the features $3, its dependencies built: name, CPU seconds,
# seconds, KB.
check() {
    touch "$2/src/lib.rs"
    # shellcheck disable=SC2086 # the features are words
    command time --format "$1 %U %S %e %M" \
        cargo check --manifest-path "$2/Cargo.toml" $3 2>&1 >/dev/null | tail -1
}

one_tag="--no-default-features --features cloud-migration-service"
cargo check --manifest-path "$ours/Cargo.toml"
# shellcheck disable=SC2086
cargo check --manifest-path "$ours/Cargo.toml" $one_tag
if [[ -n "$other" ]]; then cargo check --manifest-path "$other/Cargo.toml"; fi
for _ in $(seq "$rounds"); do
    check client "$ours" ""
    check one-tag "$ours" "$one_tag"
    if [[ -n "$other" ]]; then check other "$other" ""; fi
done | sort | awk '
    { n[$1]++; cpu[$1, n[$1]] = $2 + $3; wall[$1, n[$1]] = $4; memory[$1, n[$1]] = $5 / 1024 }
    function median(of, name,   i, j, m, t, v) {
        m = n[name]
        for (i = 1; i <= m; i++) v[i] = of[name, i]
        for (i = 1; i <= m; i++) for (j = i + 1; j <= m; j++) if (v[j] < v[i]) {
            t = v[i]; v[i] = v[j]; v[j] = t
        }
        return v[int((m + 1) / 2)]
    }
    function ratio(of, name) { return median(of, name) / median(of, "other") }
    END {
        print "crate     CPU seconds   seconds   peak MB   (medians)"
        for (name in n)
            printf "%-9s %11.2f %9.2f %9d\n", name, median(cpu, name), median(wall, name), median(memory, name)
        if ("other" in n)
            printf "client to other: CPU %.3f, seconds %.3f, memory %.3f\n",
                ratio(cpu, "client"), ratio(wall, "client"), ratio(memory, "client")
    }'

# The generated code, without the typed mocks, which are off by default and which OTHER_CRATE lacks.
lines() { find "$@" -name '*.rs' -not -path '*/expectations*' -exec cat {} + | wc -l; }
printf 'lines: client %d' "$(lines "$ours/src/generated")"
if [[ -n "$other" ]]; then printf ', other %d' "$(lines "$other/src")"; fi
echo
