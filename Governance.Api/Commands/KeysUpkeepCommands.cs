using System.CommandLine;
using System.Globalization;
using Governance.Api.Features.Keys;
using Governance.Api.Features.Ledger;
using Governance.Masking.Keys;
using Governance.Masking.Vault;

namespace Governance.Api.Commands;

/// <summary><c>keys rewrap</c>, <c>keys rekey</c>, <c>keys rotate-receipt-key</c>: what is wrapped is wrapped anew.</summary>
internal static class KeysUpkeepCommands
{
    /// <summary>By the primary: subject keys of the vault, and quarantined events.</summary>
    public static Command Rewrap(Option<string> data)
    {
        var command = new Command(
            "rewrap",
            "Wraps the vault's subject keys by the primary, and seals quarantined events with it; may be stopped and run again."
        );
        command.SetKeysAction(
            data,
            async (session, parsed, cancellationToken) =>
            {
                using var keys = await session.LoadKeysAsync(cancellationToken);
                var progress = new Progress(parsed.InvocationConfiguration.Error);
                var vault = session.Vault is null
                    ? new RewrapReport(0, 0)
                    : await new VaultRewrap(session.Vault, keys).RunAsync(progress, cancellationToken);
                var (quarantined, unopened) = session.Quarantine is null
                    ? (0, 0)
                    : await session.Quarantine.ResealAsync(keys, cancellationToken);
                await session.Acts.RecordAsync(
                    KeysSession.Actor,
                    "key.rewrapped",
                    string.Create(CultureInfo.InvariantCulture, $"key/{keys.PrimaryKeyId}"),
                    new LedgerDetails
                    {
                        { "vaultRows", vault.Rewrapped },
                        { "quarantinedEvents", quarantined },
                        { "unreadable", vault.Unreadable + unopened },
                    },
                    cancellationToken
                );
                var output = parsed.InvocationConfiguration.Output;
                await output.WriteLineAsync(
                    string.Create(
                        CultureInfo.InvariantCulture,
                        $"the key {keys.PrimaryKeyId} wraps {vault.Rewrapped} more vault rows and {quarantined} more quarantined events"
                    )
                );
                if (vault.Unreadable + unopened == 0)
                {
                    return CommandLine.Success;
                }

                await output.WriteLineAsync(
                    string.Create(
                        CultureInfo.InvariantCulture,
                        $"{vault.Unreadable} vault rows and {unopened} quarantined events could not be opened. Restore the key that 'keys list' shows for them, and run this again."
                    )
                );
                return CommandLine.Finding;
            }
        );
        return command;
    }

    /// <summary>What is wrapped by the key encryption key is wrapped anew: by a new key of the local key file, or by the primary version of Cloud KMS.</summary>
    public static Command Rekey(Option<string> data)
    {
        var drop = new Option<bool>("--drop-old")
        {
            Description =
                "Removes the key file's older keys in the end. Backups of keysets that these wrapped need a backup of the key file, too.",
        };
        var move = new Option<bool>("--from-key-file")
        {
            Description =
                "Moves to Cloud KMS: what the local key file wrapped is wrapped by the key that the settings name.",
        };
        var command = new Command(
            "rekey",
            "Wraps the keysets and the receipt keys anew: by a new key of the local key file, or by the primary version of the key in Cloud KMS."
        )
        {
            drop,
            move,
        };
        command.SetKeysAction(
            data,
            (session, parsed, cancellationToken) =>
                session.Kek is LocalKeyFile file
                    ? RekeyFileAsync(
                        session,
                        file,
                        parsed,
                        parsed.GetValue(drop),
                        parsed.GetValue(move),
                        cancellationToken
                    )
                    : RewrapAsync(session, parsed, parsed.GetValue(drop), parsed.GetValue(move), cancellationToken)
        );
        return command;
    }

    private static async Task<int> RekeyFileAsync(
        KeysSession session,
        LocalKeyFile file,
        ParseResult parsed,
        bool drop,
        bool move,
        CancellationToken cancellationToken
    )
    {
        if (move)
        {
            throw new MisuseException(
                $"The settings name no key of Cloud KMS to move to. Set {KeyEncryption.SectionName}:Key, also with --set."
            );
        }

        var output = parsed.InvocationConfiguration.Output;
        var id = await file.RotateAsync(cancellationToken);
        await session.Acts.RecordAsync(
            KeysSession.Actor,
            "key-encryption-key.rotated",
            string.Create(CultureInfo.InvariantCulture, $"key-encryption-key/{id}"),
            new LedgerDetails { { "dropOld", drop } },
            cancellationToken
        );
        await session.RewrapAsync(fromKeyFile: false, cancellationToken);
        await output.WriteLineAsync(
            string.Create(
                CultureInfo.InvariantCulture,
                $"the key encryption key {id} wraps the keysets and the receipt keys; back up the keys folder"
            )
        );
        if (drop)
        {
            // Everything was written anew, and is read once more before what could open it otherwise is gone.
            (await session.LoadKeysAsync(cancellationToken)).Dispose();
            var dropped = await file.DropOldAsync(cancellationToken);
            await output.WriteLineAsync(
                string.Create(CultureInfo.InvariantCulture, $"{dropped} older key encryption keys are removed")
            );
        }

        return CommandLine.Success;
    }

    private static async Task<int> RewrapAsync(
        KeysSession session,
        ParseResult parsed,
        bool drop,
        bool move,
        CancellationToken cancellationToken
    )
    {
        if (drop)
        {
            throw new MisuseException(
                "Versions of a key in Cloud KMS are disabled and destroyed there, once nothing that is kept was wrapped by them."
            );
        }

        await session.Acts.RecordAsync(
            KeysSession.Actor,
            "key-encryption-key.rewrapped",
            session.Kek.Uri.ToString(),
            new LedgerDetails { { "fromKeyFile", move } },
            cancellationToken
        );
        await session.RewrapAsync(move, cancellationToken);

        // Read once more, before anybody disables what could open it otherwise.
        (await session.LoadKeysAsync(cancellationToken)).Dispose();
        var version = session.Rotation.ReadWrappings().Values.First();
        await parsed.InvocationConfiguration.Output.WriteLineAsync(
            move
                ? $"{version} wraps the keysets and the receipt keys; back up the keys folder, and remove kek.json once no backup needs it"
                : $"{version} wraps the keysets and the receipt keys; back up the keys folder"
        );
        return CommandLine.Success;
    }

    /// <summary>A new key signs receipts; the ones before stay published.</summary>
    public static Command RotateReceiptKey(Option<string> data)
    {
        var command = new Command(
            "rotate-receipt-key",
            "Makes a new key that signs receipts; the ones before stay in /.well-known/jwks.json."
        );
        command.SetKeysAction(
            data,
            async (session, parsed, cancellationToken) =>
            {
                if (!session.HasReceiptKeys)
                {
                    throw new MisuseException(
                        "There are no receipt keys yet. Start the service once to have one made."
                    );
                }

                var kid = await session.Receipts.RotateAsync(cancellationToken);
                await session.Acts.RecordAsync(
                    KeysSession.Actor,
                    "receipt-key.rotated",
                    $"receipt-key/{kid}",
                    LedgerDetails.None,
                    cancellationToken
                );
                await parsed.InvocationConfiguration.Output.WriteLineAsync(
                    $"receipts are signed by {kid}; the keys before stay published"
                );
                return CommandLine.Success;
            }
        );
        return command;
    }

    private sealed class Progress(TextWriter error) : IProgress<long>
    {
        public void Report(long value) =>
            error.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{value} vault rows"));
    }
}
