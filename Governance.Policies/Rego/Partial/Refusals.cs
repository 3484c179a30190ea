using Governance.Policies.Rego.Builtins;

namespace Governance.Policies.Rego.Partial;

/// <summary>What is told to whoever asks of a column what no row condition can carry out.</summary>
internal static class Refusals
{
    private const string Allowed =
        "Ask ==, !=, <, <=, >, >=, 'in' something known, or startswith, endswith and contains with the column first.";

    public const string Row = "A row is used as a whole: name the columns that are meant.";
    public const string Key = "A key is chosen by a column's value: list the values that are meant with 'in'.";
    public const string Columns = "Two columns are compared: a row condition compares a column with something known.";
    public const string Steps = "A column holds no members that a row condition can ask for.";
    public const string Each =
        "The members of a column, or of the row, are gone through: name the columns that are meant.";
    public const string Set = "A set or a key is made of a column's value: compare the column itself.";
    public const string Parts =
        "A value made of columns is used as a whole: take the columns out of it, and compare them one by one.";

    public const string Replaced =
        "'with' replaces a part of the row, a function, or puts a column somewhere else: ask without 'with'.";

    public static string Builtin(Builtin builtin, string? path) =>
        $"{NameOf(builtin)} is asked of {path ?? "a column"}, whose value is not known. {Allowed}";

    public static string NoText(Builtin builtin, string path) =>
        $"{NameOf(builtin)} is asked of {path}, which is no text column.";

    public static string Unlisted(string path, string name) =>
        $"{path}.{name} is none of the columns that may be asked about: mind its spelling, or list it.";

    private static string NameOf(Builtin builtin) =>
        builtin.Name switch
        {
            "internal.member_2" => "'in'",
            "internal.member_3" => "'in' with a key",
            var name => name,
        };
}
