using System.Buffers.Binary;
using System.Text;

namespace Governance.Api.Sandbox.Generator;

/// <summary>
/// Picks a partition as Kafka's Java client does (murmur2, seed 0x9747b28c), so that other clients put a key where it stands
/// already.
/// </summary>
internal static class KeyPartitioner
{
    private const uint M = 0x5bd1e995;

    public static int PartitionOf(string key, int partitions) =>
        (int)((Hash(Encoding.UTF8.GetBytes(key)) & 0x7fffffff) % (uint)partitions);

    internal static uint Hash(ReadOnlySpan<byte> data)
    {
        var hash = 0x9747b28c ^ (uint)data.Length;
        for (; data.Length >= 4; data = data[4..])
        {
            var word = BinaryPrimitives.ReadUInt32LittleEndian(data) * M;
            hash = (hash * M) ^ ((word ^ (word >> 24)) * M);
        }

        if (data.Length > 0)
        {
            for (var i = data.Length - 1; i >= 0; i--)
            {
                hash ^= (uint)data[i] << (8 * i);
            }

            hash *= M;
        }

        hash = (hash ^ (hash >> 13)) * M;
        return hash ^ (hash >> 15);
    }
}
