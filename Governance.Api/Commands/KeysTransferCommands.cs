using System.CommandLine;
using System.Globalization;
using Governance.Api.Features.Ledger;
using Governance.Masking.Keys;

namespace Governance.Api.Commands;

/// <summary><c>keys export</c> and <c>keys import</c>: keysets in Tink's forms.</summary>
internal static class KeysTransferCommands
{
    private const string StandardOutput = "-";

    /// <summary>Writes the keyset to a file that its owner alone may read.</summary>
    public static Command Export(Option<string> data)
    {
        var to = new Option<string>("--out")
        {
            Description = "The new file, of mode 0600; - is standard output.",
            Required = true,
        };
        var format = new Option<string>("--format")
        {
            Description = "json, or binary (the message google.crypto.tink.Keyset).",
            DefaultValueFactory = _ => "json",
        };
        format.AcceptOnlyFromAmong("json", "binary");
        var domain = new Option<string?>("--domain")
        {
            Description =
                "Only the keys of this domain's tokens, as BigQuery's DETERMINISTIC_DECRYPT_STRING wants them.",
        };
        var cleartext = new Option<bool>("--cleartext")
        {
            Description = "Says that the file will hold keys that nothing protects.",
        };
        var command = new Command("export", "Writes the keyset in the clear, in one of Tink's forms.")
        {
            to,
            format,
            domain,
            cleartext,
        };
        command.SetKeysAction(
            data,
            async (session, parsed, cancellationToken) =>
            {
                if (!parsed.GetValue(cleartext))
                {
                    throw new MisuseException(
                        "Whoever reads the export can turn everything back that its keys made. Add --cleartext if that is what you want; keys/keyset.json is the same keyset, wrapped."
                    );
                }

                var (target, name) = (parsed.GetRequiredValue(to), parsed.GetValue(domain));
                var isBinary = parsed.GetValue(format) is "binary";
                if (isBinary && target is StandardOutput)
                {
                    throw new MisuseException("A binary keyset goes to a file. Name one with --out.");
                }

                if (target is not StandardOutput && Path.Exists(target))
                {
                    throw new MisuseException($"{target} is there already. Name a new file.");
                }

                await session.Acts.RecordAsync(
                    KeysSession.Actor,
                    "key.exported",
                    "keyset",
                    new LedgerDetails { { "domain", name ?? "" }, { "cleartext", true } },
                    cancellationToken
                );
                var content = await session.Rotation.ExportAsync(
                    isBinary ? KeysetForm.Binary : KeysetForm.Json,
                    name,
                    cancellationToken
                );
                await WriteAsync(parsed, target, content);
                if (name is not null)
                {
                    using var keys = await session.LoadKeysAsync(cancellationToken);
                    var context = Convert.ToBase64String(keys.ExportForBigQuery(name).AdditionalData.Span);
                    await parsed.InvocationConfiguration.Error.WriteLineAsync(
                        $"In BigQuery: additional_data is FROM_BASE64('{context}')"
                    );
                }

                return CommandLine.Success;
            }
        );
        return command;
    }

    /// <summary>Adds the keys of a keyset that was exported elsewhere; they read.</summary>
    public static Command Import(Option<string> data)
    {
        var file = new Argument<string>("file")
        {
            Description = "A Tink keyset in the clear, as JSON or binary, of mode 0600.",
        };
        var command = new Command("import", "Adds the keys of another keyset; they read and do not write.") { file };
        command.SetKeysAction(
            data,
            async (session, parsed, cancellationToken) =>
            {
                var content =
                    SecretFile.TryRead(parsed.GetRequiredValue(file))
                    ?? throw new MisuseException($"There is no file {parsed.GetRequiredValue(file)}. Name a keyset.");
                var result = await session.Acts.ImportAsync(KeysSession.Actor, content, cancellationToken);
                return await KeysCommand.PrintAsync(
                    parsed,
                    result,
                    keys =>
                        string.Create(
                            CultureInfo.InvariantCulture,
                            $"imported {string.Join(", ", keys.Select(key => key.Id))}: they read and do not write. Remove the file when it is needed no more."
                        )
                );
            }
        );
        return command;
    }

    private static async Task WriteAsync(ParseResult parsed, string target, byte[] content)
    {
        if (target is StandardOutput)
        {
            await parsed.InvocationConfiguration.Output.WriteLineAsync(System.Text.Encoding.UTF8.GetString(content));
            return;
        }

        try
        {
            if (!SecretFile.TryCreate(target, content))
            {
                throw new MisuseException($"{target} is there already. Name a new file.");
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new MisuseException($"{target} cannot be written. Name a file in a folder of yours.", exception);
        }

        await parsed.InvocationConfiguration.Error.WriteLineAsync(
            $"{target} holds keys that nothing protects: whoever reads it can turn back what they made. Remove it when it is needed no more."
        );
    }
}
