namespace Governance.Masking.Methods;

/// <summary>
/// A method whose column is left out of the masked record. A plan asks for this before it compiles: there is no masker, because
/// there is no masked value.
/// </summary>
public interface IDropsColumn : IMaskingMethod;
