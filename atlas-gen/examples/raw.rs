use atlas_gen::*;
fn main() {
    let a: Vec<String> = std::env::args().collect();
    let source = Source::new(&*a[1], std::fs::read_to_string(&a[1]).unwrap());
    let corr = Source::new(
        "c",
        std::fs::read_to_string("openapi/corrections.yaml").unwrap(),
    );
    let mut value = load::load(&source).unwrap();
    passes::correct::correct(&mut value, &corr, false).unwrap();
    let mut document = document::Document::new(value).unwrap();
    let sel = if a.len() > 3 {
        passes::select::Selection::Some {
            tags: vec![a[3].clone()],
            operations: vec![],
        }
    } else {
        passes::select::Selection::All
    };
    passes::select::select(&mut document, &sel).unwrap();
    let pin = config::read(&Source::new(
        "v",
        std::fs::read_to_string("openapi/vendor.toml").unwrap(),
    ))
    .unwrap()
    .pin;
    passes::versions::choose_versions(&mut document, &pin, false).unwrap();
    for (_, p) in passes::SIMPLIFY {
        p(&mut document).unwrap();
    }
    let ops = model::operations(&document).unwrap();
    let plain = plain::plain(&document, &ops);
    std::fs::write(
        "/tmp/plain.json",
        serde_json::to_string_pretty(&plain).unwrap(),
    )
    .unwrap();
    let t = std::time::Instant::now();
    let file = atlas_gen::progenitor::run(&plain, a[2] == "ext").unwrap();
    eprintln!("progenitor {:?}", t.elapsed());
    println!("{}", prettyplease::unparse(&file));
}
