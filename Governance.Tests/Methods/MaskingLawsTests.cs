using System.Buffers;
using System.Text;
using CsCheck;
using Governance.Masking.Avro;
using Governance.Masking.Columns;
using Governance.Masking.Keys;
using Governance.Masking.Methods;
using Governance.Masking.Methods.Normalization;
using Governance.Masking.Vault;
using Governance.Tests.Support;

namespace Governance.Tests.Methods;

/// <summary>What holds of every method, tried on every registered one.</summary>
public sealed class MaskingLawsTests : IDisposable
{
    private readonly TenantKeys _keys = TenantKeys.CreateEphemeral();
    private readonly SubjectKey _subject;

    public MaskingLawsTests() => _subject = Maskers.Subject(_keys);

    [Fact]
    public void Specimens_AreOfEveryMethodThatMasks() =>
        Specimen
            .OfAll.Select(specimen => specimen.Method)
            .Distinct()
            .Should()
            .BeEquivalentTo(
                MaskingMethods.All.Values.Where(method => method is not IDropsColumn).Select(method => method.Name)
            );

    [Fact]
    public void Mask_SameKeyAndSubject_GivesTheSame()
    {
        foreach (var specimen in Specimen.OfMaskers)
        {
            var (masker, again) = (specimen.Compile(_keys), specimen.Compile(_keys));
            specimen.Values.Sample(value => masker.Mask(value, _subject) == again.Mask(value, _subject), iter: 300);
        }
    }

    // Keyed methods give another form under every other key: of the tenant, and of the subject.
    [Fact]
    public void Mask_UnderAnotherKey_GivesAnother()
    {
        using var others = TenantKeys.CreateEphemeral();
        var other = Maskers.Subject(others);
        foreach (var specimen in Specimen.OfMaskers.Where(IsKeyed))
        {
            var (masker, another) = (specimen.Compile(_keys), specimen.Compile(others));
            var count = 0;
            specimen.Values.Sample(
                value =>
                {
                    if (masker.Mask(value, _subject) == another.Mask(value, other))
                    {
                        Interlocked.Increment(ref count);
                    }
                },
                iter: 300
            );
            count.Should().BeLessThanOrEqualTo(MostCoincidences(specimen, 300), specimen.ToString());
        }
    }

    [Fact]
    public void Mask_InAnotherDomain_GivesAnother()
    {
        var tried = 0;
        foreach (var specimen in Specimen.OfMaskers.Where(one => Method(one).Parameters.Contains("domain")))
        {
            var (left, right) = (specimen.Compile(_keys, "first"), specimen.Compile(_keys, "second"));
            var seen = new HashSet<string>(StringComparer.Ordinal);
            var collisions = 0;
            for (var index = 0; index < 500; index++)
            {
                var value = specimen.Values.Single();
                _ = seen.Add(left.Mask(value));
                collisions += seen.Contains(right.Mask(value)) ? 1 : 0;
            }

            collisions.Should().BeLessThanOrEqualTo(MostCoincidences(specimen, 500 * 500), specimen.ToString());
            tried++;
        }

        tried.Should().BeGreaterThan(3);
    }

    [Fact]
    public void Mask_SealOfAnotherCategory_GivesAnother()
    {
        var health = Maskers.Compile("seal", _keys, column: Maskers.Column("user.health"));
        var name = Maskers.Compile("seal", _keys, column: Maskers.Column("user.name"));
        Gen.String[0, 40].Sample(value => health.Mask(value, _subject) != name.Mask(value, _subject));
    }

    // Characters that no masked form can hold: each one that is found came through.
    [Fact]
    public void Mask_CharactersThatNoMaskedFormHas_AreGone()
    {
        const string foreign = "!#$%&()+éßЖ漢 ";
        var foreigners = System.Buffers.SearchValues.Create(foreign);
        var values = Gen.String[Gen.Char[foreign], 3, 60];
        foreach (
            var rule in new[] { "seal", "token", "token;domain=email", "digest", "digest;encoding=base64url", "redact" }
        )
        {
            var masker = Maskers.Compile(rule, _keys);
            values.Sample(value => !masker.Mask(value, _subject).AsSpan().ContainsAny(foreigners), iter: 500);
        }
    }

    // Characters that masked forms have: three in a row stand there by chance too, about as often as those of an unrelated value.
    [Fact]
    public void Mask_PartsOfAValue_AreAsRareAsThoseOfAnother()
    {
        const int count = 3000;
        var tried = 0;
        foreach (
            var specimen in Specimen.OfMaskers.Where(one =>
                IsKeyed(one) && Method(one).Traits.Strength != MethodStrength.PartShows
            )
        )
        {
            var masker = specimen.Compile(_keys);
            var (own, others) = (0, 0);
            var previous = specimen.Values.Single();
            for (var index = 0; index < count; index++)
            {
                var value = specimen.Values.Single();
                var masked = masker.Mask(value, _subject);

                // Text form's prefixes are the same for all.
                own += Shared(value, masked[3..]);
                others += Shared(previous, masked[3..]);
                previous = value;
            }

            // Both are sums of the same rare events; eight deviations apart is no chance.
            own.Should().BeLessThanOrEqualTo(others + 10 + (int)(8 * Math.Sqrt(own + others)), specimen.ToString());
            tried++;
        }

        tried.Should().BeGreaterThan(5);
    }

    [Fact]
    public void Reveal_OfMasked_IsTheValueInItsNormalForm()
    {
        var tried = 0;
        foreach (var specimen in Specimen.OfMaskers)
        {
            if (specimen.Compile(_keys) is not IReversibleMasker masker)
            {
                continue;
            }

            tried++;
            specimen.Values.Sample(
                value => Reveal(masker, masker.Mask(value, _subject)) == Normal(specimen, value),
                iter: 300
            );
        }

        tried.Should().BeGreaterThanOrEqualTo(5);
    }

    [Fact]
    public void Reveal_OfWhatOthersMasked_IsNothing()
    {
        using var others = TenantKeys.CreateEphemeral();
        foreach (var rule in new[] { "token", "seal" })
        {
            var masker = (IReversibleMasker)Maskers.Compile(rule, _keys);
            var foreign = Maskers.Compile(rule, others);
            var subject = Maskers.Subject(others);
            Gen.String[0, 40].Sample(value => Reveal(masker, foreign.Mask(value, subject)) is null, iter: 200);
            Gen.String[0, 40].Sample(value => Reveal(masker, value) is null, iter: 200);
        }
    }

    [Fact]
    public void Reveal_AfterRotation_IsStillTheValue()
    {
        using var rotated = _keys.Rotated();
        using var twice = rotated.Rotated();
        foreach (var specimen in Specimen.OfMaskers.Where(one => one.Compile(_keys) is IReversibleMasker))
        {
            var (old, now) = (specimen.Compile(_keys), (IReversibleMasker)specimen.Compile(twice));
            specimen.Values.Sample(
                value =>
                    Reveal(now, old.Mask(value, _subject)) == Normal(specimen, value)
                    && Reveal(now, now.Mask(value, _subject)) == Normal(specimen, value),
                iter: 200
            );
        }
    }

    [Fact]
    public async Task Surrogate_ThroughTheVault_IsOneOfItsIdentifierAndOutlivesRotation()
    {
        using var folder = new TemporaryFolder();
        await using var vault = await SqliteVault.OpenAsync(folder.File("vault.db"));
        var values = Enumerable.Range(0, 50).Select(index => $"C-{index}").ToArray();
        var first = await SurrogatesAsync(vault, _keys, values);
        first.Values.Distinct().Should().HaveCount(values.Length);
        first
            .Should()
            .OnlyContain(pair =>
                pair.Value.ToString("D").Contains('-') && !pair.Value.ToString("D").Contains(pair.Key)
            );
        using var rotated = _keys.Rotated();
        (await SurrogatesAsync(vault, rotated, values)).Should().Equal(first);
    }

    [Fact]
    public void Mask_Column_EqualsValueByValue()
    {
        var subjects = Enumerable.Range(1, 5).Select(number => Maskers.Subject(_keys, (ulong)number)).ToArray();
        foreach (var specimen in Specimen.OfMaskers)
        {
            var masker = specimen.Compile(_keys);
            Gen.Select(Gen.OneOf(specimen.Values, Gen.String[0, 20]), Gen.Int[0, subjects.Length - 1])
                .Array[0, 70]
                .Sample(
                    rows =>
                    {
                        var column = new ValueColumn();
                        for (var index = 0; index < rows.Length; index++)
                        {
                            column.Add(Encoding.UTF8.GetBytes(rows[index].Item1), index);
                        }

                        column.ExpectSubjectKeys();
                        for (var index = 0; index < rows.Length; index++)
                        {
                            column.SubjectKeys[index] = subjects[rows[index].Item2];
                        }

                        masker.Mask(column);
                        return Enumerable
                            .Range(0, rows.Length)
                            .All(index =>
                                IsSame(column, index, masker, rows[index].Item1, subjects[rows[index].Item2])
                            );
                    },
                    iter: 50
                );
        }
    }

    public void Dispose() => _keys.Dispose();

    private static IMaskingMethod Method(Specimen specimen) => MaskingMethods.Find(specimen.Method)!;

    private static bool IsKeyed(Specimen specimen) =>
        Method(specimen).Traits is { Strength: MethodStrength.DomainKey or MethodStrength.OwnKey };

    // Of fpe, a masked value is one of at least a million; of the others, one of 2^128.
    private static int MostCoincidences(Specimen specimen, int pairs) =>
        specimen.Method == "fpe" ? 2 + (pairs / 50_000) : 0;

    private static int Shared(string value, string masked)
    {
        var count = 0;
        for (var start = 0; start + 3 <= value.Length; start++)
        {
            count += masked.AsSpan().Contains(value.AsSpan(start, 3), StringComparison.OrdinalIgnoreCase) ? 1 : 0;
        }

        return count;
    }

    private static bool IsSame(ValueColumn column, int index, IValueMasker masker, string value, SubjectKey subject)
    {
        try
        {
            return column.Masked(index).SequenceEqual(masker.Mask(Encoding.UTF8.GetBytes(value), subject))
                && column.Faults.All(fault => fault.Index != index);
        }
        catch (UnmaskableValueException exception)
        {
            return column.Faults.Single(fault => fault.Index == index).Code == exception.Code
                && column.Masked(index).IsEmpty;
        }
    }

    // A token is of the value's normal form; whatever else turns back gives the value as it came.
    private static string Normal(Specimen specimen, string value)
    {
        if (specimen.Method != "token")
        {
            return value;
        }

        var buffer = new byte[Normalizers.MaxLength];
        _ = Normalizers
            .For(specimen.Rule.Contains("email", StringComparison.Ordinal) ? "email" : "user")
            .TryNormalize(Encoding.UTF8.GetBytes(value), buffer, out var written, out _);
        return Encoding.UTF8.GetString(buffer, 0, written);
    }

    private static async Task<Dictionary<string, Guid>> SurrogatesAsync(
        SqliteVault vault,
        TenantKeys keys,
        string[] values
    )
    {
        await using var identifiers = new Identifiers(keys, vault, new IdentifiersOptions(), TimeProvider.System);
        var column = new ValueColumn();
        foreach (var value in values)
        {
            column.Add(Encoding.UTF8.GetBytes(value));
        }

        var resolved = new IdentifierColumn("customer_id", column, needsSubjectKeys: false);
        identifiers.Index(resolved);
        await identifiers.ResolveAsync([resolved], TestContext.Current.CancellationToken);
        return values
            .Index()
            .ToDictionary(pair => pair.Item, pair => resolved.SurrogateOf(pair.Index), StringComparer.Ordinal);
    }

    private string? Reveal(IReversibleMasker masker, string masked)
    {
        var plain = new ArrayBufferWriter<byte>();
        return masker.TryReveal(Encoding.UTF8.GetBytes(masked), new ValueContext(_subject, []), plain)
            ? Encoding.UTF8.GetString(plain.WrittenSpan)
            : null;
    }
}
