using System.Buffers;
using System.Collections.Immutable;
using System.Text;
using CsCheck;
using Governance.Masking.Avro;
using Governance.Masking.Columns;
using Governance.Masking.Contracts;
using Governance.Masking.Keys;
using Governance.Masking.Methods;
using Governance.Masking.Vault;

namespace Governance.Tests.Methods;

/// <summary>Columns of <c>token</c> and <c>seal</c>: all values together must become what each becomes alone.</summary>
public sealed class SivColumnsTests : IDisposable
{
    private static readonly Gen<byte[]> Value = Gen.OneOf(
        Gen.String[Gen.Char["abcXYZ019 @.-\t"], 0, 40].Select(Encoding.UTF8.GetBytes),
        Gen.String[0, 60].Select(Encoding.UTF8.GetBytes),
        Gen.Byte.Array[0, 200],
        Gen.Int[0, 1200].Select(length => Encoding.UTF8.GetBytes(new string('a', length)))
    );

    private readonly TenantKeys _keys = TenantKeys.CreateEphemeral();
    private readonly SubjectKey[] _subjects;

    public SivColumnsTests() =>
        _subjects = [
            .. Enumerable
                .Range(0, 11)
                .Select(number =>
                    _keys
                        .CreateSubjectKey(
                            new IdentifierKey("customer_id", new BlindIndex(1, (ulong)number)),
                            Guid.Empty
                        )
                        .Key
                ),
        ];

    [Theory]
    [InlineData("token", "email")]
    [InlineData("token", "postcode")]
    [InlineData("token", "mpan")]
    [InlineData("token", "customer_id")]
    [InlineData("token", "phone")]
    [InlineData("token", "other")]
    [InlineData("seal", "email")]
    public void Mask_Column_GivesWhatEachValueAloneGives(string rule, string domain)
    {
        var masker = Compile(rule, domain);
        var column = new ValueColumn();
        Value
            .Array[0, 100]
            .Sample(
                values =>
                {
                    Fill(column, values);
                    masker.Mask(column);
                    var refused = column.Faults.ToDictionary(fault => fault.Index);
                    for (var index = 0; index < values.Length; index++)
                    {
                        var (masked, code) = Alone(masker, values[index], _subjects[index % _subjects.Length]);
                        column.Masked(index).SequenceEqual(masked).Should().BeTrue();
                        refused.GetValueOrDefault(index).Code.Should().Be(code);
                    }
                },
                iter: 100,
                threads: 1
            );
    }

    [Theory]
    [InlineData("token")]
    [InlineData("seal")]
    public void Mask_ColumnAgain_AllocatesNothing(string rule)
    {
        var masker = Compile(rule, "email");
        var column = new ValueColumn();
        Fill(
            column,
            [.. Enumerable.Range(0, 200).Select(number => Encoding.UTF8.GetBytes($"ada.{number}@example.org"))]
        );
        masker.Mask(column);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var round = 0; round < 20; round++)
        {
            column.ForgetMasked();
            masker.Mask(column);
        }

        (GC.GetAllocatedBytesForCurrentThread() - before).Should().Be(0);
    }

    [Fact]
    public void Mask_ColumnsByManyThreads_GivesWhatOneGives()
    {
        var token = Compile("token", "email");
        var seal = Compile("seal", "email");
        byte[][] values = [.. Enumerable.Range(0, 100).Select(number => Encoding.UTF8.GetBytes($"ada.{number}@x.org"))];
        var expected = (Text(token, values), Text(seal, values));
        Parallel.For(0, 200, _ => (Text(token, values), Text(seal, values)).Should().Be(expected));
    }

    [Fact]
    public void Mask_SealColumnWithoutKey_Throws()
    {
        var column = new ValueColumn();
        column.Add("x"u8);
        var mask = () => Compile("seal", "email").Mask(column);
        mask.Should().Throw<InvalidOperationException>();
    }

    [Fact]
    public void Seal_MoreContextsThanAKeyKeeps_OpenInTheirOwn()
    {
        foreach (var round in new[] { 1, 2 })
        {
            for (var number = 0; number < 40; number++)
            {
                var context = new SealContext("customer_id", $"user.{number}");
                var sealedValue = _subjects[0].Seal(context, "Ada"u8);
                _subjects[0].TryOpen(context, sealedValue, out _).Should().BeTrue($"round {round}");
                _subjects[0]
                    .TryOpen(new SealContext("customer_id", $"user.{number + 1}"), sealedValue, out _)
                    .Should()
                    .BeFalse();
            }
        }
    }

    public void Dispose() => _keys.Dispose();

    private static (byte[] Masked, string? Code) Alone(IValueMasker masker, byte[] value, SubjectKey subject)
    {
        var masked = new ArrayBufferWriter<byte>();
        try
        {
            masker.Mask(value, new ValueContext(subject, []), masked);
            return (masked.WrittenSpan.ToArray(), null);
        }
        catch (UnmaskableValueException exception)
        {
            return ([], exception.Code);
        }
    }

    private IValueMasker Compile(string name, string domain)
    {
        var rule = new MaskingRule(name, ImmutableDictionary<string, string>.Empty);
        var column = new Column("x", "x", null, "", null, "user.x", domain, Link.Owns, null, null, []);
        return MaskingMethods
            .Find(name)!
            .Compile(new MaskingTarget(rule, column, ScalarType.Text, "customer_id"), _keys);
    }

    private void Fill(ValueColumn column, byte[][] values)
    {
        column.Clear();
        foreach (var value in values)
        {
            column.Add(value);
        }

        column.ExpectSubjectKeys();
        for (var index = 0; index < values.Length; index++)
        {
            column.SubjectKeys[index] = _subjects[index % _subjects.Length];
        }
    }

    private string Text(IValueMasker masker, byte[][] values)
    {
        var column = new ValueColumn();
        Fill(column, values);
        masker.Mask(column);
        return Encoding.UTF8.GetString(column.MaskedBytes.Written);
    }
}
