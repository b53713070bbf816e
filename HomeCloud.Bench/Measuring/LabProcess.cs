using System.Globalization;
using HomeCloud.Lab.Machines;

namespace HomeCloud.Bench.Measuring;

/// <summary>Programs of a lab's machine, as this machine counts processes.</summary>
internal static class LabProcess
{
    public static int Of(Machine machine, Daemon program) => ProcessTree.Of(machine.Pid).First(id => Inner(id) == program.Pid());

    /// <summary>The process id inside the machine: the last of NSpid, proc(5).</summary>
    private static int Inner(int process)
    {
        try
        {
            return int.Parse(File.ReadLines($"/proc/{process}/status").First(line => line.StartsWith("NSpid:", StringComparison.Ordinal)).Split('\t')[^1], CultureInfo.InvariantCulture);
        }
        catch (Exception exception) when (exception is IOException or InvalidOperationException)
        {
            return 0;
        }
    }
}
