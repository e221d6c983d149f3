-- The way back from 0002: nothing that is kept of anybody is lost by it.
DROP TABLE upgrade;
