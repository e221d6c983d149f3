//! Reviews: the page's own view, as the API tells it.

use engine::engine::Engine;
use folio::life::Life;
use folio::review::{Agency, Panel, Redlined, Remark, Run};
use serde::Deserialize;
use sheet::term::Term;
use tongue::speech::Lang;
use wire::v1::review::{
    AgencyView, ConditionView, PanelView, RedlineView, RemarkView, ReviewView, RunView, StepView,
    TextCheckView,
};
use words::hash::Hash;
use words::id::AgreementId;

use crate::no::No;
use desk::page::{Viewer, agreement, review};

/// Which text; the newest, if it is not said.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Wanted {
    /// Its root.
    #[serde(default)]
    pub text: Option<String>,
}

impl Wanted {
    fn root(&self) -> Result<Option<Hash>, No> {
        let read = |text: &String| Hash::try_from(text.clone());
        let wrong = |cause| No::Malformed(format!("`text`: {cause}"));
        self.text.as_ref().map(read).transpose().map_err(wrong)
    }
}

/// The review of a text, as far as the viewer's party knows it.
pub fn one(
    engine: &Engine,
    viewer: &Viewer,
    id: &AgreementId,
    wanted: &Wanted,
) -> Result<ReviewView, No> {
    // Redlines of the API are of the file's own lines, in no language more than in another.
    let viewer = Viewer { lang: Lang::En, ..viewer.clone() };
    let view = review::view(engine, &viewer, (Some(id), wanted.root()?)).ok_or(No::Unknown)?;
    let said = |remarks: &[Remark], article: Option<&str>| -> Vec<RemarkView> {
        remarks.iter().map(|remark| told(remark, article)).collect()
    };
    let of_articles = view.articles.iter().map(|it| said(&it.remarks, Some(&it.number)));
    let mut remarks: Vec<RemarkView> = of_articles.flatten().collect();
    remarks.extend(said(&view.remarks, None));
    remarks.sort_by_key(|remark| remark.at);
    Ok(ReviewView {
        agreement: id.to_string(),
        text: view.life.text.to_string(),
        against: view.against.map(|text| text.to_string()),
        steps: steps(&view.life),
        conditions: conditions(&view.life),
        versions: view.life.versions.iter().map(|it| it.text.to_string()).collect(),
        panels: view.panels.iter().map(panel).collect(),
        checks: view
            .checks
            .iter()
            .map(|it| TextCheckView {
                check: it.kind.word().to_owned(),
                trouble: it.trouble.clone(),
            })
            .collect(),
        articles: view.articles.iter().map(redlined).collect(),
        remarks,
    })
}

/// A copy of a text without its restricted articles.
pub fn redacted(
    engine: &Engine,
    viewer: &Viewer,
    id: &AgreementId,
    wanted: &Wanted,
) -> Result<String, No> {
    agreement::redacted_copy(engine, viewer, (id, wanted.root()?)).ok_or(No::Unknown)
}

fn steps(life: &Life) -> Vec<StepView> {
    let step = |it: &folio::life::Step| StepView {
        phase: it.phase.word().to_owned(),
        at: it.at.map(|at| at.unix_ms),
    };
    life.steps.iter().map(step).collect()
}

fn conditions(life: &Life) -> Vec<ConditionView> {
    let condition = |it: &folio::life::Condition| ConditionView {
        condition: it.name.clone(),
        met: it.met.as_ref().map(|(_, at)| at.unix_ms),
    };
    life.conditions.iter().map(condition).collect()
}

fn panel(panel: &Panel) -> PanelView {
    let agency = |it: &Agency| AgencyView {
        agency: it.name.clone(),
        standing: it.standing.word().to_owned(),
        articles: it.articles.clone(),
        remark: it.remark.clone(),
        by: it.said.as_ref().map(|(by, _)| by.clone()),
        at: it.said.as_ref().map(|(_, at)| at.unix_ms),
    };
    PanelView {
        ours: panel.ours,
        circle: panel.circle.as_str().to_owned(),
        until: panel.until.unix_ms,
        agencies: panel.agencies.iter().map(agency).collect(),
    }
}

fn redlined(article: &Redlined) -> RedlineView {
    let run = |run: &Run| {
        let (what, text) = match run {
            Run::Kept(text) => ("kept", text),
            Run::Added(text) => ("added", text),
            Run::Removed(text) => ("removed", text),
        };
        RunView { what: what.to_owned(), text: text.clone() }
    };
    RedlineView {
        article: article.number.clone(),
        change: article.change.word().to_owned(),
        restricted: article.restricted,
        lines: article.file.iter().map(run).collect(),
    }
}

fn told(remark: &Remark, article: Option<&str>) -> RemarkView {
    RemarkView {
        circle: remark.circle.as_str().to_owned(),
        by: remark.by.clone(),
        at: remark.at.unix_ms,
        words: remark.words.clone(),
        article: article.map(str::to_owned),
    }
}
