using System.Diagnostics;
using System.Numerics;

namespace HomeCloud.Bench.Load;

/// <summary>Times to answer in buckets of 3 % width, from 1 ns upwards.</summary>
internal sealed class LatencyHistogram
{
    private const int StepsPerOctave = 32;

    private readonly long[] _buckets = new long[64 * StepsPerOctave];
    private long _count;
    private ulong _slowest;

    public void Add(long ticks)
    {
        var nanoseconds = (ulong)Math.Max(1, ticks * (1_000_000_000 / Stopwatch.Frequency));
        var octave = BitOperations.Log2(nanoseconds);
        var step = octave >= 5 ? (int)(nanoseconds >> (octave - 5)) & (StepsPerOctave - 1) : 0;
        _buckets[octave * StepsPerOctave + step]++;
        _count++;
        _slowest = Math.Max(_slowest, nanoseconds);
    }

    /// <summary>In microseconds.</summary>
    public double Slowest => _slowest / 1000.0;

    /// <summary>In microseconds.</summary>
    public double Percentile(double fraction)
    {
        var wanted = (long)(fraction * _count);
        for (var i = 0; i < _buckets.Length; i++)
        {
            wanted -= _buckets[i];
            if (wanted < 0)
                return Math.ScaleB(1 + (i % StepsPerOctave + 0.5) / StepsPerOctave, i / StepsPerOctave) / 1000;
        }

        return double.NaN;
    }
}
