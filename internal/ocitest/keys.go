package ocitest

import (
	"crypto/rand"
	"crypto/rsa"
	"sync"
)

// keyBits is the length of the keys, as OCI's resource principals have them.
const keyBits = 2048

// pool holds the RSA keys of a process. Making a key takes a hundred times as
// long as a signature, and a test suite starts hundreds of servers.
type pool struct {
	mu   sync.Mutex
	keys []*rsa.PrivateKey
	next int
}

// poolSize is how many keys a process makes at most. A key comes again only
// after that many draws, so a rotation always brings another key.
const poolSize = 8

var keys pool

// draw returns the next key. The error is one of making a key.
func (p *pool) draw() (*rsa.PrivateKey, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if len(p.keys) < poolSize {
		key, err := rsa.GenerateKey(rand.Reader, keyBits)
		if err != nil {
			return nil, err
		}
		p.keys = append(p.keys, key)
	}
	key := p.keys[p.next%len(p.keys)]
	p.next++
	return key, nil
}
