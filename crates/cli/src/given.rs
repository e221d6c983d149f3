//! What was typed: the command, its options and what stands beside them.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::fmt::Display;
use std::str::FromStr;

use lexopt::{Arg, Parser, ValueExt};

use crate::command::{Spec, commands, overview};
use crate::trouble::Trouble;

/// A command with its options.
#[derive(Debug, Clone)]
pub struct Given {
    /// Which command.
    pub spec: &'static Spec,
    /// Is the answer to be JSON?
    pub json: bool,
    options: BTreeMap<&'static str, String>,
    beside: Vec<String>,
}

/// What is to be done.
#[derive(Debug)]
pub enum Asked {
    /// Say this.
    Help(String),
    /// Do this.
    Command(Given),
}

/// Reads arguments, without the program's own name.
pub fn read(args: Vec<OsString>) -> Result<Asked, Trouble> {
    let (leading, rest) = leading(args)?;
    if leading.help || leading.words.is_empty() {
        let spec = find(&leading.words);
        return Ok(Asked::Help(spec.map_or_else(overview, |(spec, _)| spec.help())));
    }
    let words = &leading.words;
    let Some((spec, used)) = find(words) else {
        return Err(unknown(words));
    };
    let beside = words.iter().skip(used).cloned().collect();
    let mut given = Given { spec, json: leading.json, options: BTreeMap::new(), beside };
    let mut parser = Parser::from_args(rest);
    while let Some(arg) = parser.next().map_err(|cause| malformed(&cause))? {
        let name = match arg {
            Arg::Short('h') => return Ok(Asked::Help(spec.help())),
            Arg::Short(letter) => letter.to_string(),
            Arg::Long(name) => name.to_owned(),
            Arg::Value(value) => {
                given.beside.push(value.string().map_err(|cause| malformed(&cause))?);
                continue;
            }
        };
        match (name.as_str(), spec.option(&name)) {
            ("help", _) => return Ok(Asked::Help(spec.help())),
            ("json", _) => given.json = true,
            (_, Some(option)) => {
                let value = if option.takes.is_empty() {
                    String::new()
                } else {
                    let value = parser.value().and_then(ValueExt::string);
                    value.map_err(|cause| malformed(&cause))?
                };
                given.options.insert(option.name, value);
            }
            (_, None) => {
                let what = format!("`safeconduct {}` takes no option `{name}`", spec.words);
                let hint = format!("`safeconduct {} --help` lists its options", spec.words);
                return Err(Trouble::malformed(what).hint(hint));
            }
        }
    }
    given.only_what_it_takes()?;
    Ok(Asked::Command(given))
}

impl Given {
    /// The value of an option, if it was given.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.options.get(name).map(String::as_str)
    }

    /// Was a switch given?
    pub fn has(&self, name: &str) -> bool {
        self.options.contains_key(name)
    }

    /// The value of an option that must be given.
    pub fn need(&self, name: &str) -> Result<&str, Trouble> {
        self.get(name).ok_or_else(|| {
            let takes = self.spec.option(name).map_or("", |option| option.takes);
            let what = format!("`safeconduct {}` needs `--{name} {takes}`", self.spec.words);
            Trouble::malformed(what).hint(format!("`safeconduct {} --help`", self.spec.words))
        })
    }

    /// An option read as something, if it was given.
    pub fn read<T: FromStr>(&self, name: &str) -> Result<Option<T>, Trouble>
    where
        T::Err: Display,
    {
        self.get(name).map(|text| parse(name, text)).transpose()
    }

    /// An option read as something, which must be given.
    pub fn need_read<T: FromStr>(&self, name: &str) -> Result<T, Trouble>
    where
        T::Err: Display,
    {
        parse(name, self.need(name)?)
    }

    /// What stands beside the options.
    pub fn beside(&self) -> Result<&str, Trouble> {
        self.standing(0)
    }

    /// What stands beside the options in the second place.
    pub fn beside_it(&self) -> Result<&str, Trouble> {
        self.standing(1)
    }

    fn standing(&self, place: usize) -> Result<&str, Trouble> {
        self.beside.get(place).map(String::as_str).ok_or_else(|| {
            let (words, takes) = (self.spec.words, self.spec.takes);
            Trouble::malformed(format!("`safeconduct {words}` needs {takes}"))
        })
    }

    fn only_what_it_takes(&self) -> Result<(), Trouble> {
        let most = self.spec.takes.split_whitespace().count();
        let Some(more) = self.beside.get(most) else { return Ok(()) };
        let what = format!("`safeconduct {}` does not take `{more}`", self.spec.words);
        Err(Trouble::malformed(what))
    }
}

fn parse<T: FromStr>(name: &str, text: &str) -> Result<T, Trouble>
where
    T::Err: Display,
{
    text.parse().map_err(|cause: T::Err| {
        Trouble::malformed(format!("`--{name} {text}` cannot be read")).because(cause)
    })
}

#[derive(Default)]
struct Leading {
    words: Vec<String>,
    json: bool,
    help: bool,
}

// A command's words stand first; what they are decides how the rest is read.
fn leading(args: Vec<OsString>) -> Result<(Leading, Vec<OsString>), Trouble> {
    let mut leading = Leading::default();
    let mut rest = args.into_iter().peekable();
    while let Some(arg) = rest.peek() {
        let text = arg.to_str().ok_or_else(|| Trouble::malformed("an argument is not UTF-8"))?;
        match text {
            "--json" => leading.json = true,
            "--help" | "-h" | "help" => leading.help = true,
            "--version" | "-V" if leading.words.is_empty() => {
                leading.words.push("version".to_owned());
            }
            "-" => break,
            _ if text.starts_with('-') || leading.words.len() == 2 => break,
            _ => leading.words.push(text.to_owned()),
        }
        rest.next();
    }
    Ok((leading, rest.collect()))
}

// The command of two words, else of one, and how many words it used.
fn find(words: &[String]) -> Option<(&'static Spec, usize)> {
    [2, 1].into_iter().find_map(|used| {
        let name = words.get(..used)?.join(" ");
        let spec = commands().find(|spec| spec.words == name)?;
        Some((spec, used))
    })
}

fn unknown(words: &[String]) -> Trouble {
    let first = words.first().map_or("", String::as_str);
    let of_it: Vec<&str> = commands()
        .filter(|spec| spec.words.split(' ').next() == Some(first))
        .map(|spec| spec.words)
        .collect();
    let trouble = Trouble::malformed(format!("there is no command `{}`", words.join(" ")));
    if of_it.is_empty() {
        trouble.hint("`safeconduct --help` lists every command")
    } else {
        trouble.hint(format!("there is `{}`", of_it.join("`, `")))
    }
}

fn malformed(cause: &lexopt::Error) -> Trouble {
    Trouble::malformed("the command line cannot be read").because(cause)
}

#[cfg(test)]
mod tests {
    use super::{Asked, read};
    use crate::trouble::Exit;

    fn asked(line: &str) -> Result<Asked, crate::trouble::Trouble> {
        read(line.split_whitespace().map(Into::into).collect())
    }

    fn error(line: &str) -> String {
        let trouble = asked(line).unwrap_err();
        assert_eq!(trouble.exit, Exit::Malformed);
        trouble.to_string()
    }

    #[test]
    fn options_are_read_by_the_command_that_has_them() {
        let Asked::Command(given) = asked("--json pass verify SC2:X --kit t --at=now").unwrap()
        else {
            panic!("a command");
        };
        assert_eq!((given.spec.words, given.json), ("pass verify", true));
        assert_eq!(given.beside().unwrap(), "SC2:X");
        assert_eq!((given.get("kit"), given.get("at")), (Some("t"), Some("now")));
        assert_eq!(given.get("zone"), None);
    }

    #[test]
    fn what_is_not_understood_is_said_with_a_way_on() {
        assert_eq!(
            error("pas verify"),
            "error: there is no command `pas verify`\n\
             hint: `safeconduct --help` lists every command"
        );
        assert_eq!(
            error("pass"),
            "error: there is no command `pass`\n\
             hint: there is `pass verify`, `pass show`, `pass kit`, `pass page`, `pass strip`"
        );
        assert_eq!(
            error("fsck --fast"),
            "error: `safeconduct fsck` takes no option `fast`\n\
             hint: `safeconduct fsck --help` lists its options"
        );
        assert_eq!(
            error("fsck --folder"),
            "error: the command line cannot be read\n  \
             because: missing argument for option '--folder'"
        );
        assert_eq!(error("status more"), "error: `safeconduct status` does not take `more`");
    }

    #[test]
    fn every_command_has_help_within_a_screens_width() {
        let Asked::Help(overview) = asked("--help").unwrap() else { panic!("help") };
        for spec in crate::command::commands() {
            assert!(overview.contains(spec.words));
            let Asked::Help(help) = asked(&format!("{} --help", spec.words)).unwrap() else {
                panic!("help of {}", spec.words);
            };
            assert!(help.contains(&format!("usage: safeconduct {}", spec.words)), "{help}");
            assert!(help.lines().all(|line| line.chars().count() <= 110), "{help}");
        }
    }
}
