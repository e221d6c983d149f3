//! Which roads a node plans on, and who may.

use std::sync::Arc;

use desk::page::Viewer;
use engine::engine::Engine;
use planner::terrain::Terrain;
use sheet::frame::{FORESEERS, PLANNERS};

/// May the viewer see a mixture?
pub fn may_plan(viewer: &Viewer) -> bool {
    viewer.person.is_some() && viewer.is_any(PLANNERS)
}

/// May the viewer see how predictable past movements were?
pub fn may_foresee(viewer: &Viewer) -> bool {
    viewer.person.is_some() && viewer.is_any(FORESEERS)
}

/// The roads: those imported for this node, else the schematic network of both parties.
pub fn roads(engine: &Engine, imported: Option<&Arc<Terrain>>) -> Option<Arc<Terrain>> {
    imported.cloned().or_else(|| {
        let graph = Arc::clone(engine.roads()?);
        Some(Arc::new(Terrain::of_graph(graph)))
    })
}
