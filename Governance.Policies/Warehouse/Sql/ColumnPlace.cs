using System.Collections.Immutable;
using Governance.Masking.Avro;
using Governance.Masking.Contracts;

namespace Governance.Policies.Warehouse.Sql;

/// <summary>Where a table holds values of a contract's column.</summary>
/// <param name="Column">The table's column.</param>
/// <param name="Steps">The way into it.</param>
internal sealed record ColumnPlace(string Column, ImmutableArray<PlaceStep> Steps);

/// <summary>A step into a column.</summary>
internal abstract record PlaceStep;

/// <summary>To a field of a record.</summary>
internal sealed record FieldStep(string Name) : PlaceStep;

/// <summary>To each item of a list.</summary>
internal sealed record ItemsStep(ListType List) : PlaceStep;

/// <summary>To each value of a map.</summary>
internal sealed record ValuesStep : PlaceStep;

/// <summary>To the value of one key of a map.</summary>
internal sealed record KeyStep(string Key) : PlaceStep;
