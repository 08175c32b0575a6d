#!/usr/bin/env bash
# What a reviewer of a pull request has to know, in two steps of a workflow:
#
#   spec-review.sh report DIR    compares the tree with where it left the base branch, writes
#                                DIR/review.md and DIR/review.html, adds the first to the job's
#                                summary, and ends with 1 if something breaks or is stale; where
#                                nothing was touched that the client is made of, it only says so
#   spec-review.sh comment DIR   puts DIR/review.md into the pull request's one comment; there is
#                                none if nothing was ever touched
#
# Everything that comes from a pull request comes in variables and is never part of a command:
# BASE (a revision, such as origin/main), and for the comment GH_TOKEN, REPOSITORY (owner/name) and
# PULL_REQUEST (its number). Needs git and cargo, and for the comment gh.
set -euo pipefail

# The comment that is updated is the one that begins with this line and was written by this workflow.
readonly marker='<!-- spec-review -->'
readonly author='github-actions[bot]'
# What the client is made of, and what makes it.
readonly sources=(openapi atlas-gen atlas-client xtask Cargo.toml Cargo.lock .github)

report() {
    local dir=$1 start status=0 drift=0
    mkdir -p "$dir"
    start=$(git merge-base HEAD "${BASE:?a revision}")
    if git diff --quiet "$start" -- "${sources[@]}"; then
        printf '%s\n## ✅ API review: nothing here touches the client\n' "$marker" >"$dir/review.md"
        touch "$dir/untouched"
        cat "$dir/review.md" >>"${GITHUB_STEP_SUMMARY:-/dev/stdout}"
        return
    fi
    rm -f "$dir/untouched"
    # The build's output belongs into the log, not into the review.
    cargo xtask --help >/dev/null
    export CARGO_TERM_QUIET=true

    cargo xtask codegen --check >"$dir/drift.txt" 2>&1 || drift=$?
    cargo xtask diff "$start" --format html --out "$dir/review.html" --fail-on never \
        >/dev/null 2>"$dir/error.txt" || true
    cargo xtask diff "$start" --format markdown --out "$dir/diff.md" \
        >/dev/null 2>"$dir/error.txt" || status=$?

    {
        echo "$marker"
        if [[ -f "$dir/diff.md" ]]; then
            cat "$dir/diff.md"
        else
            echo '## ❌ API review: the documents cannot be compared'
            echo
            quoted "$dir/error.txt"
        fi
        echo
        if ((drift == 0)); then
            echo 'The generated files are up to date.'
        elif ((drift == 1)); then
            echo "**The generated files are stale**; run \`cargo xtask codegen\` and commit the result."
        else
            echo '**The client cannot be generated:**'
            echo
            quoted "$dir/drift.txt"
        fi
    } >"$dir/review.md"

    cat "$dir/review.md" >>"${GITHUB_STEP_SUMMARY:-/dev/stdout}"
    # What could come from the pull request begins no line, where it could be a command to the runner.
    sed 's/^/| /' "$dir/error.txt" "$dir/drift.txt" >&2
    ((status == 0 && drift == 0))
}

# The first lines of a file as a block of code: each is indented, so that none can end the block.
quoted() {
    head -n 20 "$1" | cut -c 1-500 | sed 's/^/    /'
}

comment() {
    local review=$1/review.md comments id
    if [[ ! -f "$review" ]]; then
        echo 'there is no review to show; the step before says why' >&2
        return 0
    fi
    [[ "$REPOSITORY" =~ ^[A-Za-z0-9._-]+/[A-Za-z0-9._-]+$ && "$PULL_REQUEST" =~ ^[0-9]+$ ]] || {
        echo 'error: REPOSITORY is no owner/name, or PULL_REQUEST no number' >&2
        exit 2
    }
    comments=$(gh api --paginate "repos/$REPOSITORY/issues/$PULL_REQUEST/comments" --jq \
        ".[] | select(.user.login == \"$author\" and (.body | startswith(\"$marker\"))) | .id")
    id=${comments%%$'\n'*}
    if [[ -n "$id" ]]; then
        gh api --silent --method PATCH "repos/$REPOSITORY/issues/comments/$id" --field "body=@$review"
    elif [[ ! -f "$1/untouched" ]]; then
        gh api --silent --method POST "repos/$REPOSITORY/issues/$PULL_REQUEST/comments" \
            --field "body=@$review"
    fi
}

case "${1:-}" in
report | comment) "$1" "${2:?a directory}" ;;
*)
    echo "usage: $0 report|comment DIR" >&2
    exit 2
    ;;
esac
