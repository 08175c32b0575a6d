//! scratch
use std::time::Instant;
fn main() {
    let args: Vec<String> = std::env::args().collect();
    let t = Instant::now();
    let load = |p: &str| {
        atlas_gen::load::load(&atlas_gen::Source::new(
            p,
            std::fs::read_to_string(p).unwrap(),
        ))
    };
    let (a, b) = match (load(&args[1]), load(&args[2])) {
        (Ok(a), Ok(b)) => (a, b),
        (a, b) => {
            println!("LOAD {:?} {:?}", a.err(), b.err());
            return;
        }
    };
    let loaded = t.elapsed();
    let t = Instant::now();
    let today =
        atlas_gen::media_type::Date::parse(args.get(4).map(|s| s.as_str()).unwrap_or("2026-11-24"))
            .unwrap();
    let r = atlas_gen::diff::compare(&a, &b, &atlas_gen::diff::Options::new(today));
    let took = t.elapsed();
    match r {
        Err(e) => println!("ERROR {e}"),
        Ok(f) => {
            if args.get(3).map(|s| s == "json").unwrap_or(false) {
                println!("{}", serde_json::to_string(&f).unwrap());
                return;
            }
            for x in &f {
                println!(
                    "{} {} {:?} {} [{}]\n    {}",
                    x.level,
                    x.id,
                    x.side,
                    x.pointer,
                    x.operations.len(),
                    x.text
                );
            }
            println!("{} findings; load {loaded:?} compare {took:?}", f.len());
        }
    }
}
