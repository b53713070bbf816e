using System.Text;
using HomeCloud.Bench.Load;

namespace HomeCloud.Bench.Systems;

/// <summary>The same names in the formats that the systems read.</summary>
internal static class ZoneFiles
{
    public const string HostsFile = "names.hosts";
    public const string MasterFile = "names.zone";

    public static void Write(string directory, int count)
    {
        Directory.CreateDirectory(directory);
        var hosts = new StringBuilder();
        var zone = new StringBuilder("$ORIGIN home.\n$TTL 60\n@ SOA ns.home. hostmaster.home. 1 3600 600 86400 5\n@ NS ns\nns A 127.0.0.1\n");
        for (var i = 0; i < count; i++)
        {
            hosts.Append(Workload.Address(i)).Append(' ').Append(Workload.HostName(i)).Append('.').AppendLine(Workload.Zone);
            zone.Append(Workload.HostName(i)).Append(" A ").Append(Workload.Address(i)).AppendLine();
        }

        File.WriteAllText(Path.Combine(directory, HostsFile), hosts.ToString());
        File.WriteAllText(Path.Combine(directory, MasterFile), zone.ToString());
    }
}
