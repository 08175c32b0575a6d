use atlas_gen::*;
fn main() {
    let a: Vec<String> = std::env::args().collect();
    let source = Source::new(&*a[1], std::fs::read_to_string(&a[1]).unwrap());
    let corr = Source::new(
        "c",
        std::fs::read_to_string("openapi/corrections.yaml").unwrap(),
    );
    let pin = config::read(&Source::new(
        "v",
        std::fs::read_to_string("openapi/vendor.toml").unwrap(),
    ))
    .unwrap()
    .pin;
    let sel = if a.len() > 4 {
        passes::select::Selection::Some {
            tags: vec![a[4].clone()],
            operations: vec![],
        }
    } else {
        passes::select::Selection::All
    };
    let t = std::time::Instant::now();
    let out = generate(&Inputs {
        document: &source,
        corrections: Some(&corr),
        complete: false,
        selection: &sel,
        pin: &pin,
        preview: false,
        extend: a[2] == "ext",
        header: "// Generated.\n",
    })
    .unwrap_or_else(|e| panic!("{e}"));
    eprintln!(
        "{:?} {} lines",
        t.elapsed(),
        out.files.values().map(|t| t.lines().count()).sum::<usize>()
    );
    for (n, t) in out.files {
        let p = std::path::Path::new(&a[3]).join(n);
        std::fs::create_dir_all(p.parent().unwrap()).unwrap();
        std::fs::write(p, t).unwrap();
    }
}
