using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Numerics;
using Governance.Policies.Rego.Values;

namespace Governance.Policies.Rego.Builtins;

/// <summary><c>net.cidr_*</c></summary>
internal static class Networks
{
    private const int MostAddresses = 1_000_000;

    public static IEnumerable<Builtin> All =>
        [
            new("net.cidr_contains", 2, (call, values) => Two(call, values, Contains)),
            new("net.cidr_intersects", 2, (call, values) => Two(call, values, Intersects)),
            new(
                "net.cidr_is_valid",
                1,
                (_, values) => BoolValue.Of(values[0] is StringValue text && Network.Read(text.Text) is not null)
            ),
            new("net.cidr_expand", 1, Expand),
            new("net.cidr_contains_matches", 2, Matches),
            new("net.cidr_merge", 1, Merge),
        ];

    private static RegoValue? Two(
        BuiltinCall call,
        RegoValue[] values,
        Func<BuiltinCall, string, string, RegoValue?> compute
    ) =>
        !call.Text(values, 0, out var left, out var failed) || !call.Text(values, 1, out var right, out failed)
            ? failed
            : compute(call, left, right);

    private static RegoValue? Contains(BuiltinCall call, string cidr, string other)
    {
        if (Network.Read(cidr) is not { } network)
        {
            return call.Fail($"invalid CIDR address: {cidr}");
        }

        if (Network.Read(other, orAddress: true) is not { } inner)
        {
            return call.Fail($"invalid CIDR address: {other}");
        }

        return BoolValue.Of(network.Holds(inner));
    }

    private static RegoValue? Intersects(BuiltinCall call, string left, string right)
    {
        if (Network.Read(left) is not { } one || Network.Read(right) is not { } other)
        {
            return call.Fail("invalid CIDR address");
        }

        return BoolValue.Of(one.Bits == other.Bits && one.First <= other.Last && other.First <= one.Last);
    }

    private static RegoValue? Expand(BuiltinCall call, RegoValue[] values)
    {
        if (!call.Text(values, 0, out var cidr, out var failed))
        {
            return failed;
        }

        if (Network.Read(cidr) is not { } network)
        {
            return call.Fail($"invalid CIDR address: {cidr}");
        }

        if (network.Last - network.First >= MostAddresses)
        {
            call.State.Charge(long.MaxValue / 2);
        }

        var addresses = new SetBuilder();
        for (var address = network.First; address <= network.Last; address++)
        {
            call.State.Charge(1);
            addresses.Add(new StringValue(Network.Text(address, network.Bits)));
        }

        return addresses.Build();
    }

    private static RegoValue? Matches(BuiltinCall call, RegoValue[] values)
    {
        if (Pairs(call, values[0], 1, out var left) is { } failed)
        {
            return failed.Value;
        }

        if (Pairs(call, values[1], 2, out var right) is { } other)
        {
            return other.Value;
        }

        var found = new SetBuilder();
        foreach (var (key, cidr) in left)
        {
            foreach (var (name, address) in right)
            {
                call.State.Charge(1);
                if (Network.Read(cidr) is not { } network || Network.Read(address, orAddress: true) is not { } inner)
                {
                    return call.Fail("invalid CIDR address");
                }

                if (network.Holds(inner))
                {
                    found.Add(new ArrayValue([key, name]));
                }
            }
        }

        return found.Build();
    }

    private static (RegoValue? Value, bool Failed)? Pairs(
        BuiltinCall call,
        RegoValue operand,
        int position,
        out List<(RegoValue Key, string Cidr)> pairs
    )
    {
        pairs = [];
        var items = operand switch
        {
            StringValue text => [(text, (RegoValue)text)],
            ArrayValue array => array.Items.Select((item, i) => ((RegoValue)NumberValue.Of(i), item)),
            SetValue set => set.Items.Select(item => (item, item)),
            ObjectValue map => map.Keys.Zip(map.Values),
            _ => null,
        };
        if (items is null)
        {
            return (call.Mismatch(position, "one of {string, array, set, object}", operand), true);
        }

        foreach (var (key, item) in items)
        {
            var cidr = item is ArrayValue { Items: [StringValue first, ..] } ? first.Text : item.AsText();
            if (cidr is null)
            {
                return (call.Fail($"operand {position}: element must be string or non-empty array"), true);
            }

            pairs.Add((key, cidr));
        }

        return null;
    }

    private static RegoValue? Merge(BuiltinCall call, RegoValue[] values)
    {
        if (!call.Collection(values, 0, out var items, out var failed))
        {
            return failed;
        }

        var networks = new List<Network>();
        foreach (var item in items)
        {
            if (item is not StringValue { Text: var text })
            {
                return call.TypeError("operand must be a collection of strings");
            }

            var network = Network.Read(text);
            if (network is null && Network.Read(text, orAddress: true) is { } address)
            {
                if (address.Bits == 128)
                {
                    return call.Fail("IPv6 invalid: needs prefix length");
                }

                // As Go's default mask of the address's class.
                var size = (int)(address.First >> 24) switch
                {
                    < 128 => 8,
                    < 192 => 16,
                    < 224 => 24,
                    _ => 32,
                };
                network = Network.Of(address.First, 32, size);
            }

            if (network is null)
            {
                return call.Fail("invalid CIDR address");
            }

            networks.Add(network.Value);
        }

        call.State.Charge(networks.Count);
        var merged = new SetBuilder();
        foreach (var family in networks.GroupBy(network => network.Bits))
        {
            var ranges = new List<(BigInteger First, BigInteger Last)>();
            foreach (var network in family.OrderBy(network => network.First))
            {
                if (ranges.Count > 0 && network.First <= ranges[^1].Last + 1)
                {
                    ranges[^1] = (ranges[^1].First, BigInteger.Max(ranges[^1].Last, network.Last));
                }
                else
                {
                    ranges.Add((network.First, network.Last));
                }
            }

            foreach (var (first, last) in ranges)
            {
                for (var at = first; at <= last; )
                {
                    // The largest network that begins here and ends within.
                    var size = 0;
                    while (
                        size < family.Key
                        && (at & ((BigInteger.One << (size + 1)) - 1)).IsZero
                        && at + (BigInteger.One << (size + 1)) - 1 <= last
                    )
                    {
                        size++;
                    }

                    merged.Add(
                        new StringValue(
                            FormattableString.Invariant($"{Network.Text(at, family.Key)}/{family.Key - size}")
                        )
                    );
                    at += BigInteger.One << size;
                }
            }
        }

        return merged.Build();
    }

    private readonly record struct Network(BigInteger First, BigInteger Last, int Bits)
    {
        public bool Holds(Network other) => Bits == other.Bits && First <= other.First && other.Last <= Last;

        public static Network Of(BigInteger address, int bits, int prefix)
        {
            var hosts = (BigInteger.One << (bits - prefix)) - 1;
            var first = address - (address & hosts);
            return new Network(first, first + hosts, bits);
        }

        public static Network? Read(string text, bool orAddress = false)
        {
            var slash = text.IndexOf('/', StringComparison.Ordinal);
            if (slash < 0 && !orAddress)
            {
                return null;
            }

            var own = slash < 0 ? text : text[..slash];
            if (!IsAddress(own) || !IPAddress.TryParse(own, out var address))
            {
                return null;
            }

            var bits = address.AddressFamily == AddressFamily.InterNetwork ? 32 : 128;
            var number = new BigInteger(address.GetAddressBytes(), isUnsigned: true, isBigEndian: true);
            if (slash < 0)
            {
                return Of(number, bits, bits);
            }

            var digits = text[(slash + 1)..];
            return
                digits.Length is > 0 and <= 3
                && digits.All(char.IsAsciiDigit)
                && int.Parse(digits, CultureInfo.InvariantCulture) is var prefix
                && prefix <= bits
                ? Of(number, bits, prefix)
                : null;
        }

        public static string Text(BigInteger address, int bits)
        {
            var bytes = new byte[bits / 8];
            var own = address.ToByteArray(isUnsigned: true, isBigEndian: true);
            own.CopyTo(bytes, bytes.Length - own.Length);
            return new IPAddress(bytes).ToString();
        }

        // .NET takes forms that Go does not: fewer parts, octal numbers, brackets and zones.
        private static bool IsAddress(string text)
        {
            if (text.Contains(':', StringComparison.Ordinal))
            {
                return text.All(unit => char.IsAsciiHexDigit(unit) || unit is ':' or '.');
            }

            var parts = text.Split('.');
            return parts.Length == 4
                && parts.All(part =>
                    part.Length is > 0 and <= 3 && part.All(char.IsAsciiDigit) && (part.Length == 1 || part[0] != '0')
                );
        }
    }
}
