//! Invalid inputs: a one-line error with its location, exit status 2, and no file is written.

use crate::cases::{CASES, Case};
use crate::workspace::{CORRECTIONS, DOCUMENT, VENDOR, Workspace};

/// Returns the one-line error of the program, after checking its form.
fn error_line(case: &Case, copy: &Workspace, args: &str) -> String {
    let before = copy.sources();
    let run = if args.is_empty() {
        copy.codegen()
    } else {
        copy.check()
    };
    let name = format!("{} {args}", case.name);
    assert_eq!(run.status, Some(2), "{name}: {run:?}");
    assert!(run.stdout.is_empty(), "{name}: {run:?}");
    assert_eq!(run.stderr.lines().count(), 1, "{name}: {}", run.stderr);
    assert!(
        run.stderr.starts_with("error: openapi/"),
        "{name}: {}",
        run.stderr
    );
    assert!(copy.sources() == before, "{name}: something was written");
    run.stderr
}

#[test]
fn a_malformed_input_is_a_one_line_error_with_its_location_and_changes_no_file() {
    let copy = Workspace::copy();
    let mut wrong = Vec::new();
    for case in CASES {
        let text = copy.read(case.file);
        let edited = (case.edit)(&text);
        assert_ne!(text, edited, "{}", case.name);
        copy.write(case.file, &edited);
        let of_check = error_line(case, &copy, "--check");
        assert_eq!(error_line(case, &copy, ""), of_check, "{}", case.name);
        copy.write(case.file, &text);

        let place = case.line.map(|begin| {
            let lines = edited.lines().enumerate();
            let places = lines.filter(|(_, line)| line.trim_start().starts_with(begin));
            let places: Vec<String> = places
                .map(|(i, _)| format!("error: {}:{}: ", case.file, i + 1))
                .collect();
            assert!(
                !places.is_empty(),
                "{}: no line begins with {begin:?}",
                case.name
            );
            places
        });
        let placed =
            place.is_none_or(|places| places.iter().any(|place| of_check.starts_with(place)));
        let worded = case.words.iter().all(|words| of_check.contains(words));
        if !placed || !worded {
            wrong.push(format!("{}: {of_check}", case.name));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.concat());
}

#[test]
fn a_missing_or_binary_input_is_named() {
    for file in [DOCUMENT, CORRECTIONS, VENDOR] {
        let copy = Workspace::copy();
        let before = copy.sources();
        let text = copy.read(file);
        std::fs::remove_file(copy.path(file)).expect("removed");
        let run = copy.codegen();
        assert_eq!(run.status, Some(2), "{run:?}");
        assert!(
            run.stderr
                .starts_with(&format!("error: {file}: cannot be read: ")),
            "{run:?}"
        );
        copy.write(file, [text.as_bytes(), b"# \xff\n"].concat());
        let run = copy.codegen();
        let line = text.lines().count() + 1;
        assert_eq!(
            run.stderr,
            format!("error: {file}:{line}: is not valid UTF-8\n")
        );
        assert_eq!(run.status, Some(2));
        assert_eq!(copy.sources(), before);
    }
}
