using System.Text;
using Governance.Masking;
using Governance.Masking.Contracts;
using Microsoft.Extensions.Options;

namespace Governance.Api.Features.Contracts.Catalog;

/// <summary>Puts contracts in force before anything else starts: what is stored or, at the first start, what the settings name.</summary>
internal sealed partial class ContractLoader(
    ContractStore store,
    ContractLinter linter,
    IOptions<ContractsOptions> options,
    IHostEnvironment environment,
    ILogger<ContractLoader> logger
)
{
    private const string Actor = "system:contracts";

    public async Task LoadAsync(CancellationToken cancellationToken)
    {
        try
        {
            var count = await store.LoadAsync(cancellationToken);
            if (count == 0 && !string.IsNullOrWhiteSpace(options.Value.Preload))
            {
                count = await PreloadAsync(options.Value.Preload, cancellationToken);
            }

            LogLoaded(count);
        }
        catch (StoredContractsException exception)
        {
            throw new StartupException(exception.Message, exception);
        }
    }

    private async Task<int> PreloadAsync(string folder, CancellationToken cancellationToken)
    {
        var path = Path.Combine(environment.ContentRootPath, folder);
        var report = linter.LintFiles([path]);
        if (report.Faults.Count > 0)
        {
            throw Faulty(report.Faults.Select(fault => fault.ToString()));
        }

        var publications = Directory
            .EnumerateFiles(path, "*", SearchOption.AllDirectories)
            .Where(file => Path.GetExtension(file) is ".yaml" or ".yml")
            .Order(StringComparer.Ordinal)
            .Select(file => File.ReadAllText(file, Encoding.UTF8))
            .Zip(report.Contracts, (yaml, contract) => new Publication(contract.Id, yaml, Actor))
            .ToArray();
        var result = await store.PublishAsync(publications, cancellationToken);
        return result.IsOk
            ? result.Value.Count
            : throw Faulty(result.Failure.Faults.Select(fault => $"{fault.Path}: {fault.Code}: {fault.Message}"));

        StartupException Faulty(IEnumerable<string> faults) =>
            new(
                $"The contracts in {path} hold faults. Mend them, or name another folder in {ContractsOptions.SectionName}:{nameof(ContractsOptions.Preload)}:"
                    + Environment.NewLine
                    + string.Join(Environment.NewLine, faults)
            );
    }

    [LoggerMessage(LogLevel.Information, "{Count} contracts are in force")]
    private partial void LogLoaded(int count);
}
