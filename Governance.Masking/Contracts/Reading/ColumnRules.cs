using Governance.Masking.Contracts.Yaml;

namespace Governance.Masking.Contracts.Reading;

/// <summary>What governance asks of one column.</summary>
internal static class ColumnRules
{
    public static void Check(ColumnFacts column, bool hasChildren, ColumnPlace place, FaultList faults)
    {
        if (place.InWhole)
        {
            CheckInWhole(column, faults);
            return;
        }

        CheckClassified(column, hasChildren, faults);
        CheckIdentifier(column, faults);
        CheckMasking(column, hasChildren, faults);
    }

    private static void CheckInWhole(ColumnFacts column, FaultList faults)
    {
        foreach (var at in new[] { column.MaskingAt, column.IdentifierAt })
        {
            if (at is var (node, path))
            {
                faults.Add(
                    node,
                    path,
                    FaultCodes.MaskedAsWhole,
                    $"Column '{column.Path}' is inside a column that is masked as a whole, so this is never applied. Remove it here, or the rule above."
                );
            }
        }
    }

    private static void CheckClassified(ColumnFacts column, bool hasChildren, FaultList faults)
    {
        var isWhole = column.IsComposite && column.MaskingAt is not null;
        if (column.IsComposite && !hasChildren && !isWhole)
        {
            var (key, what) =
                column.Node.Text("logicalType") == "array" ? ("items", "items") : ("properties", "fields");
            faults.Add(
                column.Node,
                column.DocPath,
                FaultCodes.Unclassified,
                $"Column '{column.Path}' does not say what it holds. Describe its {what} under '{key}', or mask it as a whole with {Words.List(MaskingRules.OfComposites.Order(StringComparer.Ordinal))}."
            );
        }
        else if ((!column.IsComposite || isWhole) && !column.IsClassified)
        {
            faults.Add(
                column.Node,
                column.DocPath,
                FaultCodes.Unclassified,
                $"Column '{column.Path}' is not classified. State a custom property 'privacyCategory' (such as user.contact.email, or system.operations), or 'classification: public'."
            );
        }
    }

    private static void CheckIdentifier(ColumnFacts column, FaultList faults)
    {
        if (column.IdentifierAt is var (identifier, path))
        {
            if (column.IsComposite)
            {
                faults.Add(
                    identifier,
                    path,
                    FaultCodes.IdentifierOnComposite,
                    "An object or a list identifies nobody. State the identifier on the value in it."
                );
            }

            if (column.LinkAt is null)
            {
                faults.Add(
                    identifier,
                    path,
                    FaultCodes.IdentifierWithoutLink,
                    "Say how a row relates to the subject: add a custom property 'link' with owns, shared or lookup."
                );
            }
        }
        else if (column.LinkAt is var (link, linkPath))
        {
            faults.Add(
                link,
                linkPath,
                FaultCodes.LinkWithoutIdentifier,
                "A link needs a subject to relate to: add a custom property 'identifier' with its domain, or remove the link."
            );
        }
    }

    private static void CheckMasking(ColumnFacts column, bool hasChildren, FaultList faults)
    {
        if (column.MaskingAt is not var (node, path))
        {
            CheckWithoutMasking(column, hasChildren, faults);
            return;
        }

        if (column.Rule is not { } rule)
        {
            return;
        }

        if (column.IsComposite)
        {
            if (!MaskingRules.OfComposites.Contains(rule.Method))
            {
                faults.Add(
                    node,
                    path,
                    FaultCodes.MethodNotForComposite,
                    $"The method '{rule.Method}' masks single values only. Mask '{column.Path}' as a whole with {Words.List(MaskingRules.OfComposites.Order(StringComparer.Ordinal))}, or state rules on what is in it."
                );
            }
        }
        else if (column.IdentifierAt is not null && rule.Method != "surrogate")
        {
            faults.Add(
                node,
                path,
                FaultCodes.IdentifierWithoutSurrogate,
                $"An erasure follows identifiers by their surrogates, and could not follow '{column.Path}'. Write the method 'surrogate', or remove 'identifier'."
            );
        }
        else if (column.IdentifierAt is null && rule.Method == "surrogate")
        {
            faults.Add(
                node,
                path,
                FaultCodes.SurrogateWithoutIdentifier,
                "A surrogate stands for an identifier. Add custom properties 'identifier' and 'link', or choose another method."
            );
        }

        if (
            rule.Method == "plain"
            && column.IsPersonal
            && !column.IsPublic
            && string.IsNullOrWhiteSpace(rule.Parameters.GetValueOrDefault("justification"))
        )
        {
            faults.Add(
                node,
                path,
                FaultCodes.PersonalPlain,
                $"Column '{column.Path}' is personal and would be passed on plain. Choose a method that masks it, or state a 'justification' beside the method."
            );
        }
    }

    private static void CheckWithoutMasking(ColumnFacts column, bool hasChildren, FaultList faults)
    {
        if (column.IsComposite && (hasChildren || !column.IsPersonal))
        {
            return;
        }

        if (column.IsPersonal)
        {
            faults.Add(
                column.Node,
                column.DocPath,
                FaultCodes.PersonalWithoutMasking,
                $"Column '{column.Path}' is personal and has no masking rule. Add a custom property 'masking' with a method, such as seal."
            );
        }
        else if (column.IdentifierAt is var (identifier, path))
        {
            faults.Add(
                identifier,
                path,
                FaultCodes.IdentifierWithoutSurrogate,
                $"An erasure follows identifiers by their surrogates, and could not follow '{column.Path}'. Add a custom property 'masking' with the value surrogate."
            );
        }
    }
}
