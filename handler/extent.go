package handler

// linear bounds a quantity by what an expression is given: so much for each byte of it, for each value in it, and besides.
type linear struct{ perByte, perValue, fixed float64 }

// endless stands for what no linear bound holds. Products stay there, so that none becomes infinite.
const endless = 1e30

func fixed(amount float64) linear { return linear{fixed: amount} }

func (l linear) plus(m linear) linear {
	return linear{l.perByte + m.perByte, l.perValue + m.perValue, l.fixed + m.fixed}
}

func (l linear) times(factor float64) linear {
	return linear{min(l.perByte*factor, endless), min(l.perValue*factor, endless), min(l.fixed*factor, endless)}
}

// product is linear only if one of the two does not depend on what is given.
func (l linear) product(m linear) linear {
	switch {
	case l.isFixed():
		return m.times(l.fixed)
	case m.isFixed():
		return l.times(m.fixed)
	}
	return fixed(endless)
}

func (l linear) isFixed() bool { return l.perByte == 0 && l.perValue == 0 }

// or bounds what is one of the two.
func (l linear) or(m linear) linear {
	return linear{max(l.perByte, m.perByte), max(l.perValue, m.perValue), max(l.fixed, m.fixed)}
}

func (l linear) at(bytes, values int) float64 {
	return l.perByte*float64(bytes) + l.perValue*float64(values) + l.fixed
}

// extent bounds what an expression makes of what it is given, written out as JSON without escapes: its bytes, a number,
// a truth value and null counting as one, and its values, the parts of lists and objects counted too. What is made by naming
// a part twice is counted twice. Steps bound the time: the bytes that are read or written one by one, and for each part
// of the expression that is evaluated, and each value that is gone through, a step of a few bytes' worth.
type extent struct{ bytes, values, steps linear }

const visit = 10 // steps

var (
	given  = extent{bytes: linear{perByte: 1}, values: linear{perValue: 1}, steps: fixed(visit)}
	scalar = extent{bytes: fixed(1), values: fixed(1), steps: fixed(visit)}
)

// of is a bound for what is made of the whole of e.
func (l linear) of(e extent) linear {
	return e.bytes.times(l.perByte).plus(e.values.times(l.perValue)).plus(fixed(l.fixed))
}

// ofEach is a bound for what is made of all elements of e, of each by itself: together they have no more bytes and values
// than e has.
func (l linear) ofEach(e extent) linear {
	return e.bytes.times(l.perByte).plus(e.values.times(l.perValue + l.fixed))
}

// then is the extent of an expression that is given what e makes.
func (e extent) then(next extent) extent {
	return extent{next.bytes.of(e), next.values.of(e), e.steps.plus(next.steps.of(e)).plus(fixed(visit))}
}

// each is that of a list of what the expression next makes of each element of e.
func (e extent) each(next extent) extent {
	return extent{
		bytes:  next.bytes.ofEach(e).plus(e.values).plus(fixed(2)),
		values: next.values.ofEach(e).plus(fixed(1)),
		steps:  e.steps.plus(next.steps.ofEach(e)).plus(e.values.times(visit)).plus(fixed(visit)),
	}
}

// beside is that of a list or an object that has what both make.
func (e extent) beside(other extent) extent {
	return extent{e.bytes.plus(other.bytes), e.values.plus(other.values), e.steps.plus(other.steps)}
}

// or is that of what is either of the two, once both were made.
func (e extent) or(other extent) extent {
	return extent{e.bytes.or(other.bytes), e.values.or(other.values), e.steps.plus(other.steps)}
}

// taking is the extent with the steps that something takes which e has made.
func (e extent) taking(steps linear) extent {
	e.steps = e.steps.plus(steps)
	return e
}

// whole are the steps of going through all of e.
func (e extent) whole() linear { return e.bytes.plus(e.values.times(visit)) }
