//! Snapshots of plays, in insta's file format.
