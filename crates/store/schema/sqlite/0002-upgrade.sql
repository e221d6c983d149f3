-- Which version of the program brought this file to which schema: whoever finds a file that is
-- newer than he knows is told by what to read it.
CREATE TABLE upgrade (
  schema  INTEGER PRIMARY KEY,
  program TEXT NOT NULL
) STRICT;
