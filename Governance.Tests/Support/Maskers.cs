using System.Buffers;
using System.Collections.Immutable;
using System.Text;
using Governance.Masking.Avro;
using Governance.Masking.Columns;
using Governance.Masking.Contracts;
using Governance.Masking.Keys;
using Governance.Masking.Methods;
using Governance.Masking.Vault;

namespace Governance.Tests.Support;

/// <summary>Short ways to compile one masking rule and to mask text by it.</summary>
internal static class Maskers
{
    /// <summary>A rule in one line: <c>partial;keep=first;n=2</c>.</summary>
    public static MaskingRule Rule(string rule)
    {
        var parts = rule.Split(';', StringSplitOptions.RemoveEmptyEntries);
        return new MaskingRule(
            parts.Length == 0 ? "" : parts[0],
            parts
                .Skip(1)
                .Select(pair => pair.Split('=', 2))
                .ToImmutableDictionary(pair => pair[0], pair => pair[1], StringComparer.Ordinal)
        );
    }

    public static Column Column(string category = "user", string? identifier = null, string path = "value") =>
        new(path, path, null, "", null, category, identifier, identifier is null ? null : Link.Owns, null, null, []);

    public static IValueMasker Compile(
        string rule,
        TenantKeys keys,
        ScalarKind kind = ScalarKind.Text,
        Column? column = null,
        string subjectDomain = "customer_id"
    ) => Compile(rule, keys, new ScalarType(kind), column, subjectDomain);

    public static IValueMasker Compile(
        string rule,
        TenantKeys keys,
        ScalarType type,
        Column? column = null,
        string subjectDomain = "customer_id"
    )
    {
        var parsed = Rule(rule);
        column ??= Column();
        return MaskingMethods.Get(parsed, column).Compile(new MaskingTarget(parsed, column, type, subjectDomain), keys);
    }

    /// <summary>The key of a new subject.</summary>
    public static SubjectKey Subject(TenantKeys keys, ulong number = 1) =>
        keys.CreateSubjectKey(new IdentifierKey("customer_id", new BlindIndex(number, number)), Guid.Empty).Key;

    public static string Mask(this IValueMasker masker, string value, SubjectKey? subject = null) =>
        Encoding.UTF8.GetString(masker.Mask(Encoding.UTF8.GetBytes(value), subject));

    public static byte[] Mask(this IValueMasker masker, byte[] value, SubjectKey? subject = null)
    {
        var masked = new ArrayBufferWriter<byte>();
        masker.Mask(value, new ValueContext(subject, []), masked);
        return masked.WrittenSpan.ToArray();
    }
}
