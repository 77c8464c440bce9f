package rules

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
// a part twice is counted twice.
//
// Steps bound the time, at ten nanoseconds each: one for each byte that is read or written, a few for each part of the
// expression that is evaluated and each value that is gone through. Room bounds the bytes of memory that are taken meanwhile,
// what is dropped again included, save where it is dropped for each element before the next is looked at.
type extent struct{ bytes, values, steps, room linear }

const visit = 5 // steps

// What things take of memory, in bytes: a value in a list, beside its text, with what lists leave behind as they grow; and an
// object, however few members it has.
const (
	valueSize  = 64
	objectSize = 350
)

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
	return extent{next.bytes.of(e), next.values.of(e), e.steps.plus(next.steps.of(e)).plus(fixed(visit)), e.room.plus(next.room.of(e))}
}

// each is that of a list of what the expression next makes of each element of e.
func (e extent) each(next extent) extent {
	return extent{
		bytes:  next.bytes.ofEach(e).plus(e.values).plus(fixed(2)),
		values: next.values.ofEach(e).plus(fixed(1)),
		steps:  e.steps.plus(next.steps.ofEach(e)).plus(e.values.times(visit)).plus(fixed(visit)),
		room:   e.room.plus(next.room.ofEach(e)).plus(e.values.times(valueSize)).plus(fixed(valueSize)),
	}
}

// beside is that of a list or an object that has what both make.
func (e extent) beside(other extent) extent {
	return extent{e.bytes.plus(other.bytes), e.values.plus(other.values), e.steps.plus(other.steps), e.room.plus(other.room)}
}

// or is that of what is either of the two, once both were made.
func (e extent) or(other extent) extent {
	return extent{e.bytes.or(other.bytes), e.values.or(other.values), e.steps.plus(other.steps), e.room.plus(other.room)}
}

// taking is the extent with the steps that something takes which e has made.
func (e extent) taking(steps linear) extent {
	e.steps = e.steps.plus(steps)
	return e
}

// in is the extent with the room that something takes which e has made.
func (e extent) in(room linear) extent {
	e.room = e.room.plus(room)
	return e
}

// copied is the room that a copy of e takes, but not of what is in its objects and lists.
func (e extent) copied() linear { return e.bytes.plus(e.values.times(valueSize)) }

// made leaves out what is counted elsewhere: the steps and the room that making e takes.
func (e extent) made() extent { return extent{bytes: e.bytes, values: e.values} }

// whole are the steps of going through all of e.
func (e extent) whole() linear { return e.bytes.plus(e.values.times(visit)) }
