using Governance.Api.Configuration;
using Governance.Masking;
using Governance.Masking.Avro;
using Governance.Masking.Avro.Files;
using Governance.Masking.Contracts;
using Governance.Masking.Files;
using Governance.Masking.Vault;

namespace Governance.Api.Commands;

/// <summary>One <c>mask</c>: nothing stands under the output's name before it is whole.</summary>
internal static class MaskRun
{
    /// <summary>Masks the file.</summary>
    /// <returns>The exit status: a finding where a record cannot be masked, or the file as a whole.</returns>
    /// <exception cref="MisuseException">What was asked for cannot be done; nothing was touched.</exception>
    public static async Task<int> RunAsync(MaskOrder order, Terminal terminal, CancellationToken cancellationToken)
    {
        Check(order);
        var dataset = Choose(order);
        await using var session = await MaskSession.OpenAsync(
            order.Data,
            CommandSettings.Read(order.Settings),
            order.NewKeys,
            cancellationToken
        );
        using var input = OpenInput(order.Input);
        await using var output = new NewFile(order.Output, order.Force);
        await using var rejects = order.Rejects is { } path ? new NewFile(path, order.Force) : null;
        var report = new MaskReport(rejects?.Stream);
        try
        {
            await MaskProgress.ShowAsync(
                terminal,
                input.Length,
                report,
                async observer =>
                {
                    var masker = new FileMasker(dataset, session.Keys, session.Identifiers, session.Suppressions);
                    await masker.MaskAsync(input, output.Stream, observer, cancellationToken);
                }
            );
        }
        catch (PlanException exception)
        {
            foreach (var fault in exception.Faults)
            {
                await terminal.Error.WriteLineAsync($"{fault.Path}: {fault.Code}: {fault.Message}");
            }

            await terminal.Error.WriteLineAsync("The contract does not fit the file. No masked file was made.");
            return CommandLine.Finding;
        }
        catch (AvroFileException exception)
        {
            return await StopAsync(terminal, $"{order.Input}: {exception.Message}");
        }
        catch (Exception exception) when (exception is IOException or VaultException)
        {
            return await StopAsync(terminal, exception.Message);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return await StopAsync(terminal, "Stopped.");
        }

        await report.FinishAsync();
        await output.CompleteAsync(cancellationToken);
        await (rejects?.CompleteAsync(cancellationToken) ?? Task.CompletedTask);
        await PrintAsync(order, report, terminal.Out);
        return report.Rejected == 0 ? CommandLine.Success : CommandLine.Finding;
    }

    private static async Task<int> StopAsync(Terminal terminal, string why)
    {
        await terminal.Error.WriteLineAsync($"{why} No masked file was made.");
        return CommandLine.Finding;
    }

    private static void Check(MaskOrder order)
    {
        string?[] names = [order.Input, order.Output, order.Rejects];
        var paths = names.OfType<string>().Select(Path.GetFullPath).ToArray();
        if (paths.Distinct(StringComparer.Ordinal).Count() < paths.Length)
        {
            throw new MisuseException("Name different files with --in, --out and --rejects.");
        }

        if (!File.Exists(order.Input))
        {
            throw new MisuseException($"There is no file {order.Input}. Name the records with --in.");
        }

        foreach (var path in new[] { order.Output, order.Rejects }.OfType<string>())
        {
            if (Directory.Exists(path) || (File.Exists(path) && !order.Force))
            {
                throw new MisuseException($"{path} is there already. Name another file, or replace it with --force.");
            }
        }
    }

    private static Dataset Choose(MaskOrder order)
    {
        ContractCatalog catalog;
        try
        {
            catalog = ContractFiles.Load(order.Contracts).Current;
        }
        catch (StartupException exception)
        {
            throw new MisuseException(exception.Message, exception);
        }

        if (order.Dataset is { } name)
        {
            return catalog.FindDataset(name)
                ?? throw new MisuseException(
                    $"The contracts hold no dataset of that name. Name one with --dataset: {Names(catalog)}."
                );
        }

        return catalog.Datasets.Take(2).ToArray() is [var only]
            ? only
            : throw new MisuseException(
                $"The contracts hold several datasets. Name one with --dataset: {Names(catalog)}."
            );
    }

    private static string Names(ContractCatalog catalog) =>
        string.Join(", ", catalog.Datasets.Select(dataset => dataset.Name));

    private static FileStream OpenInput(string path)
    {
        try
        {
            return File.OpenRead(path);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new MisuseException($"{path} cannot be read. Let this user read it.", exception);
        }
    }

    private static async Task PrintAsync(MaskOrder order, MaskReport report, TextWriter output)
    {
        await output.WriteLineAsync($"{report.Summary} -> {order.Output}");
        if (report.Suppressed > 0)
        {
            await output.WriteLineAsync($"left out  {report.Suppressed} about people who were erased");
        }

        foreach (var (code, count, first, reason) in report.RejectsByCode())
        {
            var more = count > first.Count ? ", ..." : "";
            await output.WriteLineAsync(
                $"rejected  {count} {code}: record {string.Join(", ", first)}{more} ({reason})"
            );
        }
    }
}
