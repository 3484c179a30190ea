using System.Globalization;
using CsCheck;
using Governance.Masking.Avro;
using Governance.Masking.Keys;
using Governance.Masking.Methods;
using Governance.Tests.Support;

namespace Governance.Tests.Methods;

/// <summary>Methods do what they declare, no more and no less: what is declared holds of all specimens, what is not fails in one.</summary>
public sealed class MethodTraitsTests : IDisposable
{
    private const int Count = 400;

    private readonly TenantKeys _keys = TenantKeys.CreateEphemeral();
    private readonly SubjectKey[] _subjects;

    public MethodTraitsTests() =>
        _subjects = [.. Enumerable.Range(1, 8).Select(number => Maskers.Subject(_keys, (ulong)number))];

    public static TheoryData<string> MethodNames =>
        [.. MaskingMethods.All.Values.Where(method => method is not IDropsColumn).Select(method => method.Name)];

    public static TheoryData<string> MaskingNames =>
        [.. Specimen.OfMaskers.Select(specimen => specimen.Method).Distinct()];

    [Theory]
    [MemberData(nameof(MethodNames))]
    public void Type_IsKeptWhereDeclared(string name) =>
        Holds(name, specimen => specimen.Compile(_keys).Output == specimen.Type).Should().Be(Traits(name).Type);

    [Theory]
    [MemberData(nameof(MaskingNames))]
    public void Length_ShowsWhereDeclared(string name) =>
        Holds(
                name,
                specimen =>
                {
                    var lengths = Masked(specimen, _subjects[0])
                        .Select(pair => (Plain: pair.Plain.Length, Masked: pair.Masked.Length))
                        .Distinct()
                        .ToArray();
                    return lengths.DistinctBy(pair => pair.Plain).Count() == lengths.Length
                        && lengths.DistinctBy(pair => pair.Masked).Count() == lengths.Length;
                }
            )
            .Should()
            .Be(Traits(name).Length);

    [Theory]
    [MemberData(nameof(MaskingNames))]
    public void Order_IsKeptAmongThoseDeclared(string name)
    {
        Holds(name, specimen => IsOrdered(specimen, Masked(specimen, _subjects[0])))
            .Should()
            .Be(Traits(name).Order != KeptAmong.None);
        Holds(name, specimen => IsOrdered(specimen, MaskedOfMany(specimen)))
            .Should()
            .Be(Traits(name).Order == KeptAmong.All);
    }

    [Theory]
    [MemberData(nameof(MaskingNames))]
    public void Joins_AreKeptAmongThoseDeclared(string name)
    {
        Holds(name, specimen => IsOneToOne([.. Masked(specimen, _subjects[0]), .. Masked(specimen, _subjects[0])]))
            .Should()
            .Be(Traits(name).Joins != KeptAmong.None);
        Holds(
                name,
                specimen =>
                {
                    var masker = specimen.Compile(_keys);
                    return IsOneToOne([
                        .. Masked(specimen, _subjects[0])
                            .SelectMany(pair =>
                                _subjects.Select(subject => (pair.Plain, masker.Mask(pair.Plain, subject)))
                            ),
                    ]);
                }
            )
            .Should()
            .Be(Traits(name).Joins == KeptAmong.All);
    }

    [Theory]
    [MemberData(nameof(MethodNames))]
    public void Reversal_IsOfTheMaskersThatCanBeTurnedBack(string name)
    {
        foreach (var specimen in Specimen.OfAll.Where(specimen => specimen.Method == name))
        {
            var masker = specimen.Compile(_keys);
            (masker is IReversibleMasker)
                .Should()
                .Be(Traits(name).Reversal is Reversal.ByDomainKey or Reversal.BySubjectKey, specimen.ToString());
            (masker is ISurrogateMasker).Should().Be(Traits(name).Reversal == Reversal.ByVault, specimen.ToString());
            masker.NeedsSubjectKey.Should().Be(Traits(name).UnderSubject, specimen.ToString());
        }
    }

    [Theory]
    [MemberData(nameof(MethodNames))]
    public void Erasure_IsSurvivedByWhatNeedsNoKeyOfTheSubject(string name)
    {
        var (method, traits) = (MaskingMethods.Find(name)!, Traits(name));
        method.Parameters.Contains("under").Should().Be(traits.UnderSubject);
        if (traits.Reversal is Reversal.ByVault or Reversal.BySubjectKey)
        {
            traits.SurvivesErasure.Should().BeFalse();
            traits.Strength.Should().Be(MethodStrength.OwnKey);
        }

        if (traits.Reversal is Reversal.ByDomainKey or Reversal.NotNeeded)
        {
            traits.SurvivesErasure.Should().BeTrue();
        }
    }

    [Theory]
    [MemberData(nameof(MethodNames))]
    public void Parameters_AreTheOnesThatTheMethodTakes(string name)
    {
        var method = MaskingMethods.Find(name)!;
        var column = Maskers.Column(identifier: name == "surrogate" ? "customer_id" : null);
        method
            .Validate(Maskers.Rule($"{name};no_such=1"), column)
            .Should()
            .Contain(fault => fault.Contains("no_such") && method.Parameters.All(fault.Contains));
        foreach (var parameter in method.Parameters)
        {
            method
                .Validate(Maskers.Rule($"{name};{parameter}=1"), column)
                .Should()
                .NotContain(fault => fault.Contains($"no parameter {parameter}"));
        }
    }

    public void Dispose() => _keys.Dispose();

    private static MethodTraits Traits(string name) => MaskingMethods.Find(name)!.Traits;

    private static bool Holds(string name, Func<Specimen, bool> law) =>
        Specimen.OfAll.Where(specimen => specimen.Method == name).All(law);

    private static bool IsOneToOne((string Plain, string Masked)[] pairs)
    {
        var distinct = pairs.Distinct().ToArray();
        return distinct.DistinctBy(pair => pair.Plain).Count() == distinct.Length
            && distinct.DistinctBy(pair => pair.Masked).Count() == distinct.Length;
    }

    private static bool IsOrdered(Specimen specimen, (string Plain, string Masked)[] pairs)
    {
        var masked = pairs.OrderBy(pair => pair.Plain, Comparer(specimen)).Select(pair => pair.Masked).ToArray();

        // One form for all has no order that could be seen.
        return masked.Distinct().Skip(1).Any()
            && masked.Zip(masked.Skip(1)).All(pair => Comparer(specimen).Compare(pair.First, pair.Second) <= 0);
    }

    private static IComparer<string> Comparer(Specimen specimen) =>
        specimen.Type.Kind is ScalarKind.Int32 or ScalarKind.Int64 or ScalarKind.Decimal
            ? Comparer<string>.Create(
                (left, right) =>
                    decimal.TryParse(left, CultureInfo.InvariantCulture, out var one)
                    && decimal.TryParse(right, CultureInfo.InvariantCulture, out var other)
                        ? one.CompareTo(other)
                        : string.CompareOrdinal(left, right)
            )
            : StringComparer.Ordinal;

    private (string Plain, string Masked)[] Masked(Specimen specimen, SubjectKey subject)
    {
        var masker = specimen.Compile(_keys);
        return [.. Values(specimen).Select(value => (value, masker.Mask(value, subject)))];
    }

    private (string Plain, string Masked)[] MaskedOfMany(Specimen specimen)
    {
        var masker = specimen.Compile(_keys);
        return
        [
            .. Values(specimen)
                .Select((value, index) => (value, masker.Mask(value, _subjects[index % _subjects.Length]))),
        ];
    }

    // As they are in their normal form, so that a token's join is one to one.
    private static string[] Values(Specimen specimen) =>
        [.. Enumerable.Range(0, Count).Select(_ => specimen.Values.Single()).Distinct()];
}
