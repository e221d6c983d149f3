//! Protocol Buffers as far as needed: fields, varints, packed runs.

/// The value of a field, as its wire type gives it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Value<'a> {
    /// A number.
    Number(u64),
    /// A text, a message, or a packed run.
    Bytes(&'a [u8]),
    /// Four or eight bytes, which no field that we read has.
    Fixed,
}

impl<'a> Value<'a> {
    /// The bytes; empty if it is none.
    pub const fn bytes(self) -> &'a [u8] {
        match self {
            Self::Bytes(bytes) => bytes,
            Self::Number(_) | Self::Fixed => &[],
        }
    }

    /// The number; 0 if it is none.
    pub const fn number(self) -> u64 {
        match self {
            Self::Number(number) => number,
            Self::Bytes(_) | Self::Fixed => 0,
        }
    }
}

/// The fields of a message, in their order; ends at the first byte that is no field, and
/// [`Fields::whole`] says afterwards whether that was the end.
#[derive(Debug, Clone)]
pub struct Fields<'a> {
    rest: &'a [u8],
    broken: bool,
}

impl<'a> Fields<'a> {
    /// The fields of a message.
    pub const fn of(message: &'a [u8]) -> Self {
        Self { rest: message, broken: false }
    }

    /// Was every byte a part of a field?
    pub const fn whole(&self) -> bool {
        !self.broken
    }

    fn read(&mut self) -> Option<(u64, Value<'a>)> {
        let key = varint(&mut self.rest)?;
        let value = match key & 7 {
            0 => Value::Number(varint(&mut self.rest)?),
            1 => skip(&mut self.rest, 8)?,
            2 => {
                let length = usize::try_from(varint(&mut self.rest)?).ok()?;
                let (bytes, rest) = self.rest.split_at_checked(length)?;
                self.rest = rest;
                Value::Bytes(bytes)
            }
            5 => skip(&mut self.rest, 4)?,
            _ => return None,
        };
        Some((key >> 3, value))
    }
}

impl<'a> Iterator for Fields<'a> {
    type Item = (u64, Value<'a>);

    fn next(&mut self) -> Option<Self::Item> {
        if self.broken || self.rest.is_empty() {
            return None;
        }
        let field = self.read();
        self.broken = field.is_none();
        field
    }
}

fn skip<'a>(rest: &mut &'a [u8], length: usize) -> Option<Value<'a>> {
    *rest = rest.get(length..)?;
    Some(Value::Fixed)
}

/// Takes a varint off the front: seven bits a byte, the lowest first, at most ten bytes.
pub fn varint(rest: &mut &[u8]) -> Option<u64> {
    let mut number = 0_u64;
    for shift in (0..64).step_by(7) {
        let (byte, after) = rest.split_first()?;
        *rest = after;
        let bits = u64::from(byte & 0x7f);
        if shift == 63 && bits > 1 {
            return None;
        }
        number |= bits << shift;
        if byte & 0x80 == 0 {
            return Some(number);
        }
    }
    None
}

/// A number whose sign lies in its lowest bit.
pub const fn zigzag(number: u64) -> i64 {
    (number >> 1).cast_signed() ^ -(number & 1).cast_signed()
}

/// A packed run of varints; ends early at a byte that is none.
#[derive(Debug, Clone)]
pub struct Packed<'a>(pub &'a [u8]);

impl Iterator for Packed<'_> {
    type Item = u64;

    fn next(&mut self) -> Option<u64> {
        varint(&mut self.0)
    }
}

/// A packed run of differences, summed up. A sum that leaves 64 bits wraps: it is nobody's id.
#[derive(Debug, Clone)]
pub struct Summed<'a> {
    run: Packed<'a>,
    sum: i64,
}

impl<'a> Summed<'a> {
    /// The sums of a packed run.
    pub const fn of(run: &'a [u8]) -> Self {
        Self { run: Packed(run), sum: 0 }
    }
}

impl Iterator for Summed<'_> {
    type Item = i64;

    fn next(&mut self) -> Option<i64> {
        self.sum = self.sum.wrapping_add(zigzag(self.run.next()?));
        Some(self.sum)
    }
}

#[cfg(test)]
mod tests {
    use super::{Fields, Packed, Summed, Value, varint, zigzag};

    #[test]
    fn fields_are_read_to_the_end_or_the_message_is_not_whole() {
        let message = [0x08, 0x96, 0x01, 0x12, 2, 7, 8, 0x1d, 1, 2, 3, 4];
        let mut fields = Fields::of(&message);
        let read: Vec<_> = fields.by_ref().collect();
        assert_eq!(read, [(1, Value::Number(150)), (2, Value::Bytes(&[7, 8])), (3, Value::Fixed)]);
        assert!(fields.whole());
        for cut in 1..message.len() {
            let mut fields = Fields::of(&message[..cut]);
            let count = fields.by_ref().count();
            assert_eq!(fields.whole(), cut == 3 || cut == 7, "{cut} bytes, {count} fields");
        }
    }

    #[test]
    fn numbers_of_every_size_are_read_and_longer_ones_refused() {
        assert_eq!(
            varint(&mut &[0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 1][..]),
            Some(u64::MAX)
        );
        assert_eq!(
            varint(&mut &[0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 2][..]),
            None
        );
        assert_eq!(varint(&mut &[0x80][..]), None);
        assert_eq!([0, 1, 2, 3, u64::MAX].map(zigzag), [0, -1, 1, -2, i64::MIN]);
        assert_eq!(Packed(&[1, 2, 0x80]).collect::<Vec<_>>(), [1, 2]);
        assert_eq!(Summed::of(&[2, 2, 1]).collect::<Vec<_>>(), [1, 2, 1]);
    }
}
