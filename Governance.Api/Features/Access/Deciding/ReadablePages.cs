namespace Governance.Api.Features.Access.Deciding;

/// <summary>Lists of which the policies let somebody see a part: read page by page, until enough is seen or all was read.</summary>
internal static class ReadablePages
{
    private const int Size = 1000;

    /// <summary>The first ones that may be seen.</summary>
    /// <param name="page">Passes over some, and reads at most so many.</param>
    /// <param name="isReadable">Whether one may be seen.</param>
    /// <param name="take">How many are wanted.</param>
    public static async Task<List<T>> TakeAsync<T>(
        Func<int, int, Task<List<T>>> page,
        Func<T, Task<bool>> isReadable,
        int take
    )
    {
        var seen = new List<T>();
        for (var skip = 0; ; skip += Size)
        {
            var found = await page(skip, Size);
            foreach (var one in found)
            {
                if (await isReadable(one))
                {
                    seen.Add(one);
                    if (seen.Count == take)
                    {
                        return seen;
                    }
                }
            }

            if (found.Count < Size)
            {
                return seen;
            }
        }
    }
}
