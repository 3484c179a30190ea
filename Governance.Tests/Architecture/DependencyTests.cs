using ArchUnitNET.Domain;
using ArchUnitNET.Loader;
using ArchUnitNET.xUnitV3;
using Governance.Api.Configuration;
using Governance.Masking.Contracts;
using Governance.Policies.Warehouse;
using static ArchUnitNET.Fluent.ArchRuleDefinition;
using Architecture = ArchUnitNET.Domain.Architecture;

namespace Governance.Tests.Architecture;

/// <summary>Dependencies run one way, features keep to themselves, and drivers stay where they belong.</summary>
public sealed class DependencyTests
{
    private static readonly System.Reflection.Assembly Api = typeof(GovernanceOptions).Assembly;
    private static readonly System.Reflection.Assembly Policies = typeof(IWarehouse).Assembly;
    private static readonly System.Reflection.Assembly Masking = typeof(Contract).Assembly;

    private static readonly ArchUnitNET.Domain.Architecture Code = new ArchLoader()
        .LoadAssembliesIncludingDependencies(Api, Policies, Masking)
        .Build();

    [Fact]
    public void Masking_DependsOnNeitherPoliciesNorApi()
    {
        Masking
            .GetReferencedAssemblies()
            .Select(assembly => assembly.Name)
            .Should()
            .NotContain(["Governance.Policies", "Governance.Api"]);
        Policies.GetReferencedAssemblies().Select(assembly => assembly.Name).Should().NotContain("Governance.Api");
    }

    [Fact]
    public void Masking_KnowsNoWebAndNoWarehouse() =>
        Masking
            .GetReferencedAssemblies()
            .Select(assembly => assembly.Name!)
            .Should()
            .NotContain(name =>
                name.StartsWith("Microsoft.AspNetCore", StringComparison.Ordinal)
                || name.StartsWith("DuckDB", StringComparison.Ordinal)
            );

    [Theory]
    [InlineData(@"^DuckDB\.NET\..*", @"^Governance\.Policies\.Warehouse\.DuckDb(\..*)?$")]
    [InlineData(
        @"^Microsoft\.Data\.Sqlite(\..*)?$",
        @"^Governance\.(Masking\.Vault|Api\.Storage|Api\.Sandbox\.Registry)(\..*)?$"
    )]
    [InlineData(@"^Npgsql(\..*)?$", @"^Governance\.(Masking\.Vault|Api\.Storage)(\..*)?$")]
    [InlineData(@"^MediatR(\..*)?$", @"^Governance\.Api(\..*)?$")]
    [InlineData(
        @"^Google\.Apis(\..*)?$",
        @"^Governance\.(Policies\.Warehouse\.BigQuery|Masking\.(GoogleCloud|Keys\.CloudKms))(\..*)?$"
    )]
    public void Driver_IsUsedInItsOwnFolderAlone(string driver, string folder) =>
        Types()
            .That()
            .ResideInAssembly(Api, Policies, Masking)
            .And()
            .DoNotResideInNamespaceMatching(folder)
            .Should()
            .NotDependOnAny(Types().That().ResideInNamespaceMatching(driver))
            .Check(Code);

    [Fact]
    public void Feature_NeverUsesTheInsidesOfAnother()
    {
        var features = Api.GetTypes()
            .Select(type => FeatureOf(type.Namespace ?? ""))
            .OfType<string>()
            .Distinct(StringComparer.Ordinal)
            .ToArray();
        features.Should().Contain(["Contracts", "Ledger", "SubjectRequests"]);

        // A feature's root namespace is its face; what lies below is its insides.
        foreach (var feature in features)
        {
            var insides = Types().That().ResideInNamespaceMatching($@"^Governance\.Api\.Features\.{feature}\..+");
            Types()
                .That()
                .ResideInNamespaceMatching(@"^Governance\.Api\.Features\..*")
                .And()
                .DoNotResideInNamespaceMatching($@"^Governance\.Api\.Features\.{feature}(\..*)?$")
                .Should()
                .NotDependOnAny(insides)
                .WithoutRequiringPositiveResults()
                .Check(Code);
        }
    }

    [Fact]
    public void Class_OfTheService_IsInternalAndSealedUnlessOneDerivesFromIt() =>
        Api.GetTypes()
            .Where(type =>
                type is { IsClass: true, IsAbstract: false }
                && type.Namespace?.StartsWith("Governance.Api", StringComparison.Ordinal) == true
                && type.Namespace?.Contains("Migrations", StringComparison.Ordinal) != true
                && !System.Attribute.IsDefined(type, typeof(System.Runtime.CompilerServices.CompilerGeneratedAttribute))
            )
            .Where(type =>
                type.IsPublic || (!type.IsSealed && !Array.Exists(Api.GetTypes(), other => other.BaseType == type))
            )
            .Select(type => type.FullName)
            .Should()
            .BeEmpty();

    private static string? FeatureOf(string name)
    {
        const string root = "Governance.Api.Features.";
        return name.StartsWith(root, StringComparison.Ordinal) ? name[root.Length..].Split('.')[0] : null;
    }
}
