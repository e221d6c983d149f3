//! Dialects: a question in the words that each solver is quick at.
//!
//! The symbolic compiler writes one definition a line. Three things make it slow, and none of them
//! changes what is asked. Membership in a listed set is said element by element. A value that may
//! be missing is told as two: is it there, and what is it. And Z3, which unfolds a definition
//! wherever it is named, is given a name and an equation instead.

use std::collections::BTreeMap;

/// The same question for cvc5.
pub(crate) fn cvc5(script: &str) -> Result<String, String> {
    Ok(said(told(script, Ok)?, |line| line))
}

/// The same question for Z3, which has other words for sets.
pub(crate) fn z3(script: &str) -> Result<String, String> {
    Ok(said(told(script, in_z3)?, equation))
}

/// Cedar's numbers overflow; Debian's Z3 has no words for that.
const OVERFLOWS: [&str; 4] = ["bvnego", "bvsaddo", "bvssubo", "bvsmulo"];

type Speak = fn(Term) -> Result<Term, String>;

// A line as it stands, or a command.
enum Line<'a> {
    Kept(&'a str),
    Command(Term),
}

fn said(lines: Vec<Line<'_>>, speak: fn(Term) -> Term) -> String {
    let mut script = String::new();
    for line in lines {
        match line {
            Line::Kept(line) => script.push_str(line),
            Line::Command(term) => script.push_str(&speak(term).text()),
        }
        script.push('\n');
    }
    script
}

// A definition without arguments, as a name and what it equals. Two commands on one line.
fn equation(term: Term) -> Term {
    let Term::List(parts) = &term else { return term };
    let [define, id, Term::List(arguments), sort, body] = parts.as_slice() else { return term };
    if define.word() != Some("define-fun") || !arguments.is_empty() {
        return term;
    }
    let declared = list("declare-const", [id.clone(), sort.clone()]);
    let equal = list("assert", [list("=", [id.clone(), body.clone()])]);
    Term::Word(format!("{}{}", declared.text(), equal.text()))
}

fn heads(parts: &[Term]) -> Vec<&str> {
    parts.iter().map(|part| part.word().unwrap_or_default()).collect()
}

// What is known of the terms that were defined so far.
#[derive(Default)]
struct Known {
    // Sets that are listed.
    listed: BTreeMap<String, Vec<Term>>,
    // Values that may be missing: are they there, and what are they?
    maybe: BTreeMap<String, (Term, Term)>,
}

// Membership in a listed set is said element by element: equality is quick where a theory of
// sets is not.
fn told(script: &str, speak: Speak) -> Result<Vec<Line<'_>>, String> {
    let mut known = Known::default();
    let mut lines = Vec::new();
    for line in script.lines() {
        let defines = line.starts_with("(define-fun ");
        let odd = line.contains("set.") || OVERFLOWS.iter().any(|word| line.contains(word));
        if !(defines || odd) || line.starts_with(';') {
            lines.push(Line::Kept(line));
            continue;
        }
        let term = read(line).ok_or_else(|| format!("it is not asked: `{line}` is not read"))?;
        if let Some((id, elements)) = listing(&term) {
            known.listed.insert(id.to_owned(), elements);
        }
        match known.option(&term) {
            Some(commands) => lines.extend(commands.into_iter().map(Line::Command)),
            None => lines.push(Line::Command(known.translated(term, speak)?)),
        }
    }
    Ok(lines)
}

impl Known {
    // A definition of a value that may be missing, as the definitions of its two halves. What is
    // built of others is not told as itself: a question that names it is not understood, and
    // what is not understood is not proved.
    fn option(&mut self, term: &Term) -> Option<Vec<Term>> {
        let Term::List(parts) = term else { return None };
        let [_, Term::Word(id), _, Term::List(sort), body] = parts.as_slice() else { return None };
        let [Term::Word(option), element] = sort.as_slice() else { return None };
        if option != "Option" {
            return None;
        }
        let none = list("as", [word("none"), Term::List(sort.clone())]);
        let define = |name: &str, sort: Term, body: Term| {
            list("define-fun", [word(name), Term::List(Vec::new()), sort, body])
        };
        let halves = |term: Term| {
            let there = list("not", [list("=", [term.clone(), none.clone()])]);
            (there, list("val", [term]))
        };
        let said = match body {
            Term::List(said) => said.as_slice(),
            Term::Word(_) => &[],
        };
        match (heads(said).first().copied(), said) {
            (Some("as"), _) => {
                let missing = (word("false"), list("val", [none]));
                self.maybe.insert(id.clone(), missing);
                Some(Vec::new())
            }
            (Some("some"), [_, value]) => {
                self.maybe.insert(id.clone(), (word("true"), value.clone()));
                Some(Vec::new())
            }
            (Some("ite"), [_, when, Term::Word(then), Term::Word(other)]) => {
                let (then, other) = (self.maybe.get(then)?, self.maybe.get(other)?);
                let choose = |then: &Term, other: &Term| {
                    list("ite", [when.clone(), then.clone(), other.clone()])
                };
                let (there, value) = (format!("{id}_is"), format!("{id}_val"));
                let commands = vec![
                    define(&there, word("Bool"), choose(&then.0, &other.0)),
                    define(&value, element.clone(), choose(&then.1, &other.1)),
                ];
                self.maybe.insert(id.clone(), (word(&there), word(&value)));
                Some(commands)
            }
            _ => {
                self.maybe.insert(id.clone(), halves(word(id)));
                Some(vec![term.clone()])
            }
        }
    }

    fn translated(&self, term: Term, speak: Speak) -> Result<Term, String> {
        let Term::List(parts) = term else { return Ok(term) };
        let parts = parts.into_iter().map(|part| self.translated(part, speak));
        let parts: Vec<Term> = parts.collect::<Result<_, _>>()?;
        let maybe = |term: &Term| self.maybe.get(term.word()?);
        match (heads(&parts).first().copied(), parts.as_slice()) {
            (Some("set.member"), [_, element, set]) => {
                let elements = set.word().and_then(|id| self.listed.get(id));
                if let Some(elements) = elements {
                    return Ok(one_of(element, elements));
                }
            }
            (Some("val"), [_, one]) => {
                if let Some((_, value)) = maybe(one) {
                    return Ok(value.clone());
                }
            }
            (Some("="), [_, one, other]) => {
                if let (Some(one), Some(other)) = (maybe(one), maybe(other)) {
                    let there = list("=", [one.0.clone(), other.0.clone()]);
                    let alike = list("=", [one.1.clone(), other.1.clone()]);
                    return Ok(list("and", [there, list("=>", [one.0.clone(), alike])]));
                }
            }
            _ => {}
        }
        speak(Term::List(parts))
    }
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
    use super::{cvc5, z3};

    #[test]
    fn membership_in_a_listed_set_is_said_element_by_element() {
        let asked = "(define-fun t1 () (Set String) \
                     (set.insert \"a b\" \"c)\"\"\" (as set.empty (Set String))))\n\
                     (define-fun t2 () Bool (set.member t0 t1))\n\
                     (define-fun t3 () Bool (set.member \"a\" t0))\n";
        let said = "(declare-const t1 (Set String))(assert (= t1 (store (store \
                    ((as const (Set String)) false) \"a b\" true) \"c)\"\"\" true)))\n\
                    (declare-const t2 Bool)(assert (= t2 (or (= t0 \"a b\") (= t0 \"c)\"\"\"))))\n\
                    (declare-const t3 Bool)(assert (= t3 (select t0 \"a\")))\n";
        assert_eq!(z3(asked).unwrap(), said);
    }

    #[test]
    fn a_value_that_may_be_missing_is_told_as_two() {
        let asked = "(define-fun t1 () (Option String) (a5 t0))\n\
                     (define-fun t2 () (Option String) (as none (Option String)))\n\
                     (define-fun t3 () Bool (= t1 t2))\n\
                     (define-fun t4 () String (val t1))\n\
                     (define-fun t5 () (Option String) (ite t3 t2 t1))\n\
                     (define-fun t6 () String (val t5))\n";
        let there = "(not (= t1 (as none (Option String))))";
        let missing = "(val (as none (Option String)))";
        let said = format!(
            "(define-fun t1 () (Option String) (a5 t0))\n\
             (define-fun t3 () Bool (and (= {there} false) (=> {there} (= (val t1) {missing}))))\n\
             (define-fun t4 () String (val t1))\n\
             (define-fun t5_is () Bool (ite t3 false {there}))\n\
             (define-fun t5_val () String (ite t3 {missing} (val t1)))\n\
             (define-fun t6 () String t5_val)\n"
        );
        assert_eq!(cvc5(asked).unwrap(), said);
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
