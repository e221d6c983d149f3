use std::time::Instant;
fn main() {
    let text = std::fs::read_to_string("scenarios/karachi/agreement.toml").unwrap();
    let rules = accord::rules::Rules::compile(accord::document::parse(&text).unwrap()).unwrap();
    for choice in ["cvc5", "z3", "both"] {
        let c = proof::solver::Choice::parse(choice).unwrap();
        for _ in 0..2 {
            let t = Instant::now();
            let r = proof::prove::prove(&rules, None, c).unwrap();
            println!("{choice} {:?} q {}", t.elapsed(), r.questions);
            for p in r.proofs {
                let s = format!("{:?}", p.verdict);
                println!("  {} {}", p.theorem, &s[..s.len().min(200)]);
            }
        }
    }
}
