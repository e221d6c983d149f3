// The reference implementation of notes and tiles (golang.org/x/mod/sumdb) beside ours.
//
//	sumdb verify DIR VKEY [PROOFS]  checks a published ledger and proofs that were made of it
//	sumdb make DIR SIZE             makes a ledger of its own; prints its verifier key
package main

import (
	"bufio"
	"bytes"
	"crypto/rand"
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

const height = 8

func must(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, "sumdb:", err)
		os.Exit(1)
	}
}

func check(holds bool, what string, args ...any) {
	if !holds {
		must(fmt.Errorf(what, args...))
	}
}

// Ours are named as C2SP names them, without the height.
func name(tile tlog.Tile) string {
	return strings.Replace(tile.Path(), fmt.Sprintf("tile/%d/", height), "tile/", 1)
}

type shelf string

func (dir shelf) Height() int { return height }

func (dir shelf) ReadTiles(tiles []tlog.Tile) ([][]byte, error) {
	var data [][]byte
	for _, tile := range tiles {
		bytes, err := os.ReadFile(filepath.Join(string(dir), name(tile)))
		if err != nil {
			return nil, err
		}
		data = append(data, bytes)
	}
	return data, nil
}

func (dir shelf) SaveTiles([]tlog.Tile, [][]byte) {}

func open(dir, vkey string) tlog.Tree {
	verifier, err := note.NewVerifier(vkey)
	must(err)
	text, err := os.ReadFile(filepath.Join(dir, "checkpoint"))
	must(err)
	opened, err := note.Open(text, note.VerifierList(verifier))
	must(err)
	check(len(opened.Sigs) == 1, "signed %d times", len(opened.Sigs))
	lines := strings.Split(opened.Text, "\n")
	check(lines[0] == verifier.Name(), "the origin is %s", lines[0])
	size, err := strconv.ParseInt(lines[1], 10, 64)
	must(err)
	root, err := tlog.ParseHash(lines[2])
	must(err)
	return tlog.Tree{N: size, Hash: root}
}

func bundles(dir string, size int64) [][]byte {
	var entries [][]byte
	for at := int64(0); at < size; at += 1 << height {
		tile := tlog.Tile{H: height, L: 0, N: at >> height, W: int(min(size-at, 1<<height))}
		path := strings.Replace(name(tile), "tile/0/", "tile/entries/", 1)
		bundle, err := os.ReadFile(filepath.Join(dir, path))
		must(err)
		for len(bundle) > 0 {
			length := int(binary.BigEndian.Uint16(bundle))
			entries = append(entries, bundle[2:2+length])
			bundle = bundle[2+length:]
		}
	}
	return entries
}

func min(a, b int64) int64 {
	if a < b {
		return a
	}
	return b
}

func verify(dir, vkey string) tlog.Tree {
	tree := open(dir, vkey)
	hashes := tlog.TileHashReader(tree, shelf(dir))
	root, err := tlog.TreeHash(tree.N, hashes)
	must(err)
	check(root == tree.Hash, "the tiles make another root")
	entries := bundles(dir, tree.N)
	check(int64(len(entries)) == tree.N, "%d entries of %d", len(entries), tree.N)
	for at, entry := range entries {
		read, err := hashes.ReadHashes([]int64{tlog.StoredHashIndex(0, int64(at))})
		must(err)
		check(read[0] == tlog.RecordHash(entry), "entry %d is another", at)
	}
	return tree
}

// Lines of `inclusion INDEX LEAF HASH…` and `consistency OLD ROOT HASH…`.
func proofs(tree tlog.Tree, path string) (int, int) {
	file, err := os.Open(path)
	must(err)
	defer file.Close()
	var inclusions, consistencies int
	lines := bufio.NewScanner(file)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		words := strings.Fields(lines.Text())
		at, err := strconv.ParseInt(words[1], 10, 64)
		must(err)
		var hashes []tlog.Hash
		for _, word := range words[2:] {
			hash, err := tlog.ParseHash(word)
			must(err)
			hashes = append(hashes, hash)
		}
		first, proof := hashes[0], hashes[1:]
		altered := first
		altered[0] ^= 1
		switch words[0] {
		case "inclusion":
			must(tlog.CheckRecord(proof, tree.N, tree.Hash, at, first))
			check(tlog.CheckRecord(proof, tree.N, tree.Hash, at, altered) != nil, "an altered leaf")
			inclusions++
		case "consistency":
			must(tlog.CheckTree(proof, tree.N, tree.Hash, at, first))
			check(tlog.CheckTree(proof, tree.N, tree.Hash, at, altered) != nil, "an altered root")
			consistencies++
		}
	}
	must(lines.Err())
	return inclusions, consistencies
}

type stored []tlog.Hash

func (hashes stored) ReadHashes(indexes []int64) ([]tlog.Hash, error) {
	var read []tlog.Hash
	for _, index := range indexes {
		read = append(read, hashes[index])
	}
	return read, nil
}

func write(path string, data []byte) {
	must(os.MkdirAll(filepath.Dir(path), 0o755))
	must(os.WriteFile(path, data, 0o644))
}

func make_(dir string, size int64) string {
	secret, vkey, err := note.GenerateKey(rand.Reader, "sumdb.example/log")
	must(err)
	signer, err := note.NewSigner(secret)
	must(err)
	var hashes stored
	var entries [][]byte
	for at := int64(0); at < size; at++ {
		entry := []byte(fmt.Sprintf("record %d\n", at))
		more, err := tlog.StoredHashes(at, entry, hashes)
		must(err)
		hashes, entries = append(hashes, more...), append(entries, entry)
	}
	for _, tile := range tlog.NewTiles(height, 0, size) {
		data, err := tlog.ReadTileData(tile, hashes)
		must(err)
		write(filepath.Join(dir, name(tile)), data)
		if tile.L == 0 {
			var bundle bytes.Buffer
			first := tile.N << height
			for _, entry := range entries[first : first+int64(tile.W)] {
				must(binary.Write(&bundle, binary.BigEndian, uint16(len(entry))))
				bundle.Write(entry)
			}
			path := strings.Replace(name(tile), "tile/0/", "tile/entries/", 1)
			write(filepath.Join(dir, path), bundle.Bytes())
		}
	}
	root, err := tlog.TreeHash(size, hashes)
	must(err)
	code := base64.StdEncoding.EncodeToString(root[:])
	text := fmt.Sprintf("sumdb.example/log\n%d\n%s\n", size, code)
	signed, err := note.Sign(&note.Note{Text: text}, signer)
	must(err)
	write(filepath.Join(dir, "checkpoint"), signed)
	return vkey
}

func main() {
	switch {
	case len(os.Args) >= 4 && os.Args[1] == "verify":
		tree := verify(os.Args[2], os.Args[3])
		inclusions, consistencies := 0, 0
		if len(os.Args) > 4 {
			inclusions, consistencies = proofs(tree, os.Args[4])
		}
		fmt.Printf("%d entries, %d inclusions, %d consistencies\n", tree.N, inclusions, consistencies)
	case len(os.Args) == 4 && os.Args[1] == "make":
		size, err := strconv.ParseInt(os.Args[3], 10, 64)
		must(err)
		fmt.Println(make_(os.Args[2], size))
	default:
		must(fmt.Errorf("verify DIR VKEY [PROOFS], or make DIR SIZE"))
	}
}
