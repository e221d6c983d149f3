//! Numbers of few bytes: varints, with or without a sign.

use pbf::wire::{varint, zigzag};

/// Appends a number, seven bits a byte, the lowest first.
pub fn put(out: &mut Vec<u8>, mut number: u64) {
    loop {
        let [low, ..] = number.to_le_bytes();
        number >>= 7;
        if number == 0 {
            out.push(low & 0x7f);
            return;
        }
        out.push(low | 0x80);
    }
}

/// Appends a number with its sign in the lowest bit.
pub fn put_signed(out: &mut Vec<u8>, number: i64) {
    put(out, (number.cast_unsigned() << 1) ^ (number >> 63).cast_unsigned());
}

/// Takes a number off the front.
pub fn signed(bytes: &mut &[u8]) -> Option<i64> {
    Some(zigzag(varint(bytes)?))
}

/// Takes a number of 32 bits off the front.
pub fn small(bytes: &mut &[u8]) -> Option<u32> {
    u32::try_from(varint(bytes)?).ok()
}

#[cfg(test)]
mod tests {
    use super::{put, put_signed, signed};
    use pbf::wire::varint;

    #[test]
    fn numbers_come_back() {
        for number in [0, 1, 127, 128, 300, u64::MAX / 2, u64::MAX] {
            let mut bytes = Vec::new();
            put(&mut bytes, number);
            assert_eq!(varint(&mut bytes.as_slice()), Some(number));
            bytes.clear();
            put_signed(&mut bytes, number.cast_signed());
            assert_eq!(signed(&mut bytes.as_slice()), Some(number.cast_signed()));
        }
    }
}
