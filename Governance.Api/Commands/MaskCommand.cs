using System.CommandLine;
using Governance.Api.Configuration;

namespace Governance.Api.Commands;

/// <summary><c>mask --contract &lt;file&gt; --in &lt;file&gt; --out &lt;file&gt;</c>: masks a file of JSON lines, or an Avro file.</summary>
internal static class MaskCommand
{
    public static Command Create(Terminal terminal)
    {
        var contracts = new Option<string[]>("--contract")
        {
            Description = "The contract; or several, or folders that hold some.",
            Required = true,
        };
        var dataset = new Option<string?>("--dataset")
        {
            Description = "The dataset that the records belong to, where the contracts hold several.",
        };
        var input = new Option<string>("--in")
        {
            Description =
                "A file of JSON objects, one a line; or an Avro object container file (codec null or deflate).",
            Required = true,
        };
        var output = new Option<string>("--out")
        {
            Description = "The masked file, of the same kind. It appears when it is whole.",
            Required = true,
        };
        var rejects = new Option<string?>("--rejects")
        {
            Description = "Receives a line for each record that cannot be masked: its number, a tab, and the code.",
        };
        var data = new Option<string>("--data")
        {
            Description =
                "The data directory whose keys and vault are used; the service may run on it. Where Governance__Postgres__ConnectionString is set, the vault is there.",
            DefaultValueFactory = _ => new GovernanceOptions().DataDirectory,
        };
        var newKeys = new Option<bool>("--new-keys")
        {
            Description = "Makes keys and a vault in the data directory where it has none.",
        };
        var force = new Option<bool>("--force") { Description = "Replaces files that are there already." };
        var settings = CommandSettings.Option();
        var command = new Command("mask", "Masks a file by a contract.")
        {
            contracts,
            dataset,
            input,
            output,
            rejects,
            data,
            settings,
            newKeys,
            force,
        };
        command.SetAction(
            (parsed, cancellationToken) =>
                MaskRun.RunAsync(
                    new MaskOrder(
                        parsed.GetRequiredValue(contracts),
                        parsed.GetValue(dataset),
                        parsed.GetRequiredValue(input),
                        parsed.GetRequiredValue(output),
                        parsed.GetValue(rejects),
                        parsed.GetRequiredValue(data),
                        parsed.GetValue(settings) ?? [],
                        parsed.GetValue(newKeys),
                        parsed.GetValue(force)
                    ),
                    terminal,
                    cancellationToken
                )
        );
        return command;
    }
}

/// <summary>What a <c>mask</c> was asked for; see the command's options.</summary>
internal sealed record MaskOrder(
    IReadOnlyList<string> Contracts,
    string? Dataset,
    string Input,
    string Output,
    string? Rejects,
    string Data,
    IReadOnlyList<string> Settings,
    bool NewKeys,
    bool Force
);
