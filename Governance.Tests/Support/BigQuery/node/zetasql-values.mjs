// Values between the stand-in's form and ZetaSQL's.
//
// The stand-in's form is the text that BigQuery's REST answers carry: null, a string for a scalar, an array for an ARRAY's elements or a
// STRUCT's fields; TIMESTAMP is a number of microseconds (formatOptions.useInt64Timestamp). A type is a name, {array: type} or
// {struct: [[name, type], ...]}.

const names = {
  INT64: 'TYPE_INT64',
  FLOAT64: 'TYPE_DOUBLE',
  BOOL: 'TYPE_BOOL',
  STRING: 'TYPE_STRING',
  BYTES: 'TYPE_BYTES',
  DATE: 'TYPE_DATE',
  DATETIME: 'TYPE_DATETIME',
  TIME: 'TYPE_TIME',
  TIMESTAMP: 'TYPE_TIMESTAMP',
  NUMERIC: 'TYPE_NUMERIC',
  BIGNUMERIC: 'TYPE_BIGNUMERIC',
  JSON: 'TYPE_JSON',
};
const kinds = Object.fromEntries(Object.entries(names).map(([name, kind]) => [kind, name]));

export function typeToProto(type) {
  if (type.array) {
    return { type_kind: 'TYPE_ARRAY', array_type: { element_type: typeToProto(type.array) } };
  }

  if (type.struct) {
    return {
      type_kind: 'TYPE_STRUCT',
      struct_type: { field: type.struct.map(([field_name, field]) => ({ field_name, field_type: typeToProto(field) })) },
    };
  }

  if (!names[type]) {
    throw new Error(`The stand-in does not know the type ${type}.`);
  }

  return { type_kind: names[type] };
}

export function typeFromProto(proto) {
  switch (proto.type_kind) {
    case 'TYPE_ARRAY':
      return { array: typeFromProto(proto.array_type.element_type) };
    case 'TYPE_STRUCT':
      return { struct: (proto.struct_type?.field ?? []).map((f) => [f.field_name ?? '', typeFromProto(f.field_type)]) };
    default:
      if (!kinds[proto.type_kind]) {
        throw new Error(`BigQuery has no column of the type ${proto.type_kind}.`);
      }

      return kinds[proto.type_kind];
  }
}

const pad = (value, width) => String(value).padStart(width, '0');

function timeOfDay(text) {
  const match = /^(\d{1,2}):(\d{1,2}):(\d{1,2})(?:\.(\d{1,9}))?$/.exec(text);
  if (!match) {
    throw new Error('Not a time of day.');
  }

  const [, hour, minute, second, fraction] = match;
  return { hour: BigInt(hour), minute: BigInt(minute), second: BigInt(second), nanos: BigInt((fraction ?? '').padEnd(9, '0')) };
}

function date(text) {
  const match = /^(\d{4})-(\d{1,2})-(\d{1,2})$/.exec(text);
  if (!match) {
    throw new Error('Not a date.');
  }

  return match.slice(1).map(Number);
}

function fraction(nanos) {
  const digits = pad(nanos, 9).replace(/0+$/, '');
  return digits === '' ? '' : `.${digits.length <= 6 ? digits.padEnd(6, '0') : digits}`;
}

// NUMERIC and BIGNUMERIC are little-endian two's complement integers, scaled by 10^9 and 10^38, of as few bytes as hold them.
function scaled(text, scale) {
  const match = /^(-?)(\d*)(?:\.(\d*))?(?:[eE]([+-]?\d+))?$/.exec(text);
  if (!match) {
    throw new Error('Not a number.');
  }

  const [, sign, whole, decimals = '', exponent = '0'] = match;
  const shift = scale + Number(exponent) - decimals.length;
  const digits = BigInt(whole + decimals || '0');
  const value = shift >= 0 ? digits * 10n ** BigInt(shift) : digits / 10n ** BigInt(-shift);
  return sign ? -value : value;
}

function bytesOf(value) {
  const bytes = [];
  for (let rest = value; ; rest >>= 8n) {
    const byte = Number(rest & 0xffn);
    bytes.push(byte);
    if ((rest >> 8n === 0n && byte < 0x80 && rest >= 0n) || (rest >> 8n === -1n && byte >= 0x80 && rest < 0n)) {
      return Buffer.from(bytes);
    }
  }
}

function decimalOf(bytes, scale) {
  let value = 0n;
  for (let index = bytes.length - 1; index >= 0; index--) {
    value = (value << 8n) | BigInt(bytes[index]);
  }

  value = BigInt.asIntN(bytes.length * 8, value);
  const digits = pad(value < 0n ? -value : value, scale + 1);
  const decimals = digits.slice(-scale).replace(/0+$/, '');
  return `${value < 0n ? '-' : ''}${digits.slice(0, -scale)}${decimals && `.${decimals}`}`;
}

function double(text) {
  switch (text) {
    case 'Infinity':
    case 'inf':
    case '+inf':
      return Infinity;
    case '-Infinity':
    case '-inf':
      return -Infinity;
    case 'NaN':
    case 'nan':
      return NaN;
    default:
      return Number(text);
  }
}

export function toValue(value, type) {
  if (value === null || value === undefined) {
    return {};
  }

  if (type.array) {
    return { array_value: { element: value.map((element) => toValue(element, type.array)) } };
  }

  if (type.struct) {
    return { struct_value: { field: value.map((field, index) => toValue(field, type.struct[index][1])) } };
  }

  switch (type) {
    case 'INT64':
      return { int64_value: value };
    case 'FLOAT64':
      return { double_value: double(value) };
    case 'BOOL':
      return { bool_value: value === 'true' };
    case 'STRING':
      return { string_value: value };
    case 'BYTES':
      return { bytes_value: Buffer.from(value, 'base64') };
    case 'JSON':
      return { json_value: value };
    case 'DATE': {
      const [year, month, day] = date(value);
      return { date_value: Math.round(Date.UTC(year, month - 1, day) / 86_400_000) };
    }
    case 'TIME': {
      const { hour, minute, second, nanos } = timeOfDay(value);
      return { time_value: String((((hour << 12n) | (minute << 6n) | second) << 30n) | nanos) };
    }
    case 'DATETIME': {
      const [day, time] = value.split(/[T ]/);
      const [year, month, dayOfMonth] = date(day).map(BigInt);
      const { hour, minute, second, nanos } = timeOfDay(time);
      const seconds = (year << 26n) | (month << 22n) | (dayOfMonth << 17n) | (hour << 12n) | (minute << 6n) | second;
      return { datetime_value: { bit_field_datetime_seconds: String(seconds), nanos: Number(nanos) } };
    }
    case 'TIMESTAMP': {
      const micros = BigInt(value);
      const seconds = micros >= 0n ? micros / 1_000_000n : -((-micros + 999_999n) / 1_000_000n);
      return { timestamp_value: { seconds: String(seconds), nanos: Number(micros - seconds * 1_000_000n) * 1000 } };
    }
    case 'NUMERIC':
      return { numeric_value: bytesOf(scaled(value, 9)) };
    case 'BIGNUMERIC':
      return { bignumeric_value: bytesOf(scaled(value, 38)) };
    default:
      throw new Error(`The stand-in does not know the type ${JSON.stringify(type)}.`);
  }
}

export function fromValue(cell, type) {
  if (!cell || Object.keys(cell).filter((key) => key !== 'value').length === 0) {
    return null;
  }

  if (type.array) {
    return (cell.array_value.element ?? []).map((element) => fromValue(element, type.array));
  }

  if (type.struct) {
    return (cell.struct_value.field ?? []).map((field, index) => fromValue(field, type.struct[index][1]));
  }

  switch (type) {
    case 'INT64':
      return String(cell.int64_value);
    case 'FLOAT64':
      return String(cell.double_value);
    case 'BOOL':
      return String(cell.bool_value);
    case 'STRING':
      return cell.string_value;
    case 'BYTES':
      return Buffer.from(cell.bytes_value).toString('base64');
    case 'JSON':
      return cell.json_value;
    case 'DATE':
      return new Date(cell.date_value * 86_400_000).toISOString().slice(0, 10);
    case 'TIME': {
      const packed = BigInt(cell.time_value);
      const seconds = packed >> 30n;
      const nanos = packed & ((1n << 30n) - 1n);
      return `${pad(seconds >> 12n, 2)}:${pad((seconds >> 6n) & 63n, 2)}:${pad(seconds & 63n, 2)}${fraction(nanos)}`;
    }
    case 'DATETIME': {
      const packed = BigInt(cell.datetime_value.bit_field_datetime_seconds);
      const day = `${pad(packed >> 26n, 4)}-${pad((packed >> 22n) & 15n, 2)}-${pad((packed >> 17n) & 31n, 2)}`;
      const time = `${pad((packed >> 12n) & 31n, 2)}:${pad((packed >> 6n) & 63n, 2)}:${pad(packed & 63n, 2)}`;
      return `${day}T${time}${fraction(cell.datetime_value.nanos ?? 0)}`;
    }
    case 'TIMESTAMP':
      return String(
        BigInt(cell.timestamp_value.seconds ?? 0) * 1_000_000n + BigInt(Math.floor((cell.timestamp_value.nanos ?? 0) / 1000)),
      );
    case 'NUMERIC':
      return decimalOf(cell.numeric_value, 9);
    case 'BIGNUMERIC':
      return decimalOf(cell.bignumeric_value, 38);
    default:
      throw new Error(`The stand-in does not know the type ${JSON.stringify(type)}.`);
  }
}
