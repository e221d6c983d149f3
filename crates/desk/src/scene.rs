//! Places, roads, zones and incidents as the map draws them.
