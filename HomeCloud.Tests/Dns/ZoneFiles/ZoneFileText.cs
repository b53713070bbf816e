using System.Text;
using HomeCloud.Dns.ZoneFiles;
using HomeCloud.Net.Presentation;
using HomeCloud.Net.Wire;

namespace HomeCloud.Tests.Dns.ZoneFiles;

/// <summary>Zone files without files: from text to records, and back.</summary>
internal static class ZoneFileText
{
    public const string Path = "/zones/main.zone";

    /// <param name="text">Of the file; a character an octet.</param>
    /// <param name="included">Path → text of the files that it may include.</param>
    public static List<FileRecord> Read(string text, params (string Path, string Text)[] included) => MasterFileReader.Read(Path, path =>
        Encoding.Latin1.GetBytes(path == Path ? text : included.FirstOrDefault(file => file.Path == path).Text ?? throw new FileNotFoundException(path)));

    /// <summary>What is wrong with it.</summary>
    public static string Problem(string text, params (string Path, string Text)[] included)
    {
        var reading = () => Read(text, included);
        var problem = reading.Should().Throw<MasterFileException>().Which.Message;
        problem.Should().NotContain("\n");
        return problem;
    }

    public static string Show(FileRecord record) =>
        $"{DnsName.ToText(record.Owner)} {record.Ttl} IN {RecordGrammar.TypeText(record.Type)} {RecordDataText.Format(record.Type, record.Data)}";

    /// <summary>The RDATA of one record, whose type and data are given.</summary>
    public static byte[] Data(string typeAndData) => Read($"$ORIGIN example.com.\nx {typeAndData}\n").Should().ContainSingle().Which.Data;
}
