//! Questions are written for cvc5; Z3 hears them in its own words for sets.

use std::collections::BTreeMap;

/// The same question for Z3, which has other words for sets.
pub(crate) fn z3(script: &str) -> Result<String, String> {
    heard(script, in_z3)
}

/// Cedar's numbers overflow; Debian's Z3 has no words for that.
const OVERFLOWS: [&str; 4] = ["bvnego", "bvsaddo", "bvssubo", "bvsmulo"];

type Speak = fn(Term) -> Result<Term, String>;

// Membership in a listed set is said element by element: equality is quick where a theory of
// sets is not.
fn heard(script: &str, speak: Speak) -> Result<String, String> {
    let mut listed: BTreeMap<String, Vec<Term>> = BTreeMap::new();
    let mut said = String::with_capacity(script.len());
    for line in script.lines() {
        let odd = line.contains("set.") || OVERFLOWS.iter().any(|word| line.contains(word));
        if !odd || line.starts_with(';') {
            said.push_str(line);
            said.push('\n');
            continue;
        }
        let term = read(line).ok_or_else(|| format!("it is not asked: `{line}` is not read"))?;
        if let Some((id, elements)) = listing(&term) {
            listed.insert(id.to_owned(), elements);
        }
        said.push_str(&translated(term, &listed, speak)?.text());
        said.push('\n');
    }
    Ok(said)
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Term {
    Word(String),
    List(Vec<Term>),
}

impl Term {
    fn word(&self) -> Option<&str> {
        match self {
            Self::Word(word) => Some(word),
            Self::List(_) => None,
        }
    }

    fn text(&self) -> String {
        match self {
            Self::Word(word) => word.clone(),
            Self::List(terms) => {
                let terms: Vec<String> = terms.iter().map(Self::text).collect();
                format!("({})", terms.join(" "))
            }
        }
    }
}

fn word(text: &str) -> Term {
    Term::Word(text.to_owned())
}

fn list(head: &str, rest: impl IntoIterator<Item = Term>) -> Term {
    Term::List(std::iter::once(word(head)).chain(rest).collect())
}

// `(define-fun ID () (Set T) (set.insert E… (as set.empty (Set T))))`
fn listing(term: &Term) -> Option<(&str, Vec<Term>)> {
    let Term::List(parts) = term else { return None };
    let [define, id, _, _, Term::List(set)] = parts.as_slice() else { return None };
    let (Some("define-fun"), Some(id)) = (define.word(), id.word()) else { return None };
    match set.split_first().and_then(|(head, rest)| Some((head.word()?, rest))) {
        Some(("set.insert", rest)) => {
            let (_, elements) = rest.split_last()?;
            Some((id, elements.to_vec()))
        }
        Some(("as", _)) => Some((id, Vec::new())),
        Some(_) | None => None,
    }
}

fn translated(
    term: Term,
    listed: &BTreeMap<String, Vec<Term>>,
    speak: Speak,
) -> Result<Term, String> {
    let Term::List(parts) = term else { return Ok(term) };
    let parts = parts.into_iter().map(|part| translated(part, listed, speak));
    let parts: Vec<Term> = parts.collect::<Result<_, _>>()?;
    if let [head, element, set] = parts.as_slice()
        && head.word() == Some("set.member")
        && let Some(elements) = set.word().and_then(|id| listed.get(id))
    {
        return Ok(one_of(element, elements));
    }
    speak(Term::List(parts))
}

fn in_z3(term: Term) -> Result<Term, String> {
    let Term::List(parts) = term else { return Ok(term) };
    let head = parts.first().and_then(Term::word).unwrap_or_default().to_owned();
    match (head.as_str(), parts.as_slice()) {
        ("set.member", [_, element, set]) => Ok(list("select", [set.clone(), element.clone()])),
        ("set.insert", [_, elements @ .., rest]) => {
            let add = |set, element: &Term| list("store", [set, element.clone(), word("true")]);
            Ok(elements.iter().fold(rest.clone(), add))
        }
        ("as", [_, empty, sort]) if empty.word() == Some("set.empty") => {
            let constant = list("as", [word("const"), sort.clone()]);
            Ok(Term::List(vec![constant, word("false")]))
        }
        ("set.subset", [_, inner, outer]) => Ok(list("subset", [inner.clone(), outer.clone()])),
        ("set.inter", [_, one, other]) => Ok(list("intersection", [one.clone(), other.clone()])),
        ("bvnego", [_, one]) => Ok(list("=", [one.clone(), number("9223372036854775808")])),
        ("bvsaddo", [_, one, other]) => Ok(turns("bvadd", (one, other), true)),
        ("bvssubo", [_, one, other]) => Ok(turns("bvsub", (one, other), false)),
        ("bvsmulo", [_, one, other]) => {
            let fits = ["bvsmul_noovfl", "bvsmul_noudfl"]
                .map(|word| list(word, [one.clone(), other.clone()]));
            Ok(list("not", [list("and", fits)]))
        }
        (odd, _) if odd.starts_with("set.") => Err(format!("it has no word for `{odd}`")),
        _ => Ok(Term::List(parts)),
    }
}

fn number(digits: &str) -> Term {
    list("_", [word(&format!("bv{digits}")), word("64")])
}

// A sum overflows if both have one sign and the result has the other; a difference, if they have
// two signs and the result has not the first one's.
fn turns(operator: &str, (one, other): (&Term, &Term), alike: bool) -> Term {
    let negative = |term: Term| list("bvslt", [term, number("0")]);
    let same = |left: Term, right: Term| list("=", [left, right]);
    let result = list(operator, [one.clone(), other.clone()]);
    let signs = same(negative(one.clone()), negative(other.clone()));
    let signs = if alike { signs } else { list("not", [signs]) };
    let kept = same(negative(result), negative(one.clone()));
    list("and", [signs, list("not", [kept])])
}

fn one_of(element: &Term, elements: &[Term]) -> Term {
    let equal = |other: &Term| list("=", [element.clone(), other.clone()]);
    match elements {
        [] => word("false"),
        [one] => equal(one),
        many => list("or", many.iter().map(equal)),
    }
}

// One command: words, texts in double quotes, and parentheses.
fn read(line: &str) -> Option<Term> {
    let mut open: Vec<Vec<Term>> = vec![Vec::new()];
    let mut letters = line.chars().peekable();
    while let Some(letter) = letters.next() {
        match letter {
            '(' => open.push(Vec::new()),
            ')' => {
                let closed = open.pop()?;
                open.last_mut()?.push(Term::List(closed));
            }
            '"' => {
                let mut text = String::from('"');
                // A doubled quote is a quote within the text.
                while let Some(letter) = letters.next() {
                    text.push(letter);
                    match letter {
                        '"' if letters.next_if_eq(&'"').is_some() => text.push('"'),
                        '"' => break,
                        _ => {}
                    }
                }
                open.last_mut()?.push(Term::Word(text));
            }
            letter if letter.is_whitespace() => {}
            letter => {
                let mut text = String::from(letter);
                while let Some(next) = letters.next_if(|next| !" ()\"".contains(*next)) {
                    text.push(next);
                }
                open.last_mut()?.push(Term::Word(text));
            }
        }
    }
    let [command] = <[Vec<Term>; 1]>::try_from(open).ok()?;
    <[Term; 1]>::try_from(command).ok().map(|[term]| term)
}

#[cfg(test)]
mod tests {
    use super::z3;

    #[test]
    fn membership_in_a_listed_set_is_said_element_by_element() {
        let asked = "(define-fun t1 () (Set String) \
                     (set.insert \"a b\" \"c)\"\"\" (as set.empty (Set String))))\n\
                     (define-fun t2 () Bool (set.member t0 t1))\n\
                     (define-fun t3 () Bool (set.member \"a\" t0))\n";
        let said = "(define-fun t1 () (Set String) (store (store \
                    ((as const (Set String)) false) \"a b\" true) \"c)\"\"\" true))\n\
                    (define-fun t2 () Bool (or (= t0 \"a b\") (= t0 \"c)\"\"\")))\n\
                    (define-fun t3 () Bool (select t0 \"a\"))\n";
        assert_eq!(z3(asked).unwrap(), said);
    }

    #[test]
    fn an_overflow_is_told_to_z3_by_signs() {
        let said = z3("(assert (bvsaddo t0 t1))\n(assert (bvnego t0))\n").unwrap();
        let sum = "(assert (and (= (bvslt t0 (_ bv0 64)) (bvslt t1 (_ bv0 64))) \
                   (not (= (bvslt (bvadd t0 t1) (_ bv0 64)) (bvslt t0 (_ bv0 64))))))\n\
                   (assert (= t0 (_ bv9223372036854775808 64)))\n";
        assert_eq!(said, sum);
    }

    #[test]
    fn a_set_that_z3_has_no_word_for_is_not_asked() {
        let why = z3("(assert (set.all t0 t1))\n").unwrap_err();
        assert!(why.contains("set.all"), "{why}");
    }
}
