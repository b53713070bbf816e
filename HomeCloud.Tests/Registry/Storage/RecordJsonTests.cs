using System.Text;
using System.Text.Json;
using HomeCloud.Registry;
using HomeCloud.Registry.Storage;
using static HomeCloud.Tests.Registry.Records;

namespace HomeCloud.Tests.Registry.Storage;

public class RecordJsonTests
{
    [Fact]
    public void Every_field_goes_there_and_back()
    {
        NameRecord[] records = [Full("a", "x"), Record("a", "y"), Record("a", "z") with { AliasOf = "x", State = RecordState.Stopped, Since = default }, Record("a", "s", "10.0.0.9") with { State = RecordState.Asleep }];
        foreach (var record in records)
            RecordJson.Read(RecordJson.Write(record), out _).Should().Be(record);
    }

    [Fact]
    public void A_program_that_knows_no_sleep_reads_paused() =>
        RecordJson.Read(Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(RecordJson.Write(Record("a", "s", "10.0.0.9") with { State = RecordState.Asleep })).Replace("\"asleep\"", "\"later\"", StringComparison.Ordinal)), out _)!
            .State.Should().Be(RecordState.Paused);

    [Fact]
    public void Unknown_fields_of_a_newer_program_are_passed_over()
    {
        var json = """{"colour":{"a":[1,2,{"b":null}]},"name":"x","size":[[]],"owner":"a"}"""u8;
        RecordJson.Read(json, out var problem).Should().Be(Record("a", "x") with { Since = default });
        problem.Should().BeNull();
    }

    [Theory]
    [InlineData("", "tokens")]
    [InlineData("null", "not a JSON object")]
    [InlineData("[]", "not a JSON object")]
    [InlineData("{}", "no name")]
    [InlineData("""{"name":"x","owner":"a"}{}""", "after")]
    [InlineData("""{"name":"x","owner":1}""", "owner")]
    [InlineData("""{"name":"x","owner":"a","addresses":["10.0.0.999"]}""", "addresses")]
    [InlineData("""{"name":"x","owner":"a","addresses":["192.168.1.030"]}""", "addresses")]
    [InlineData("""{"name":"x","owner":"a","addresses":[["10.0.0.9"]]}""", "addresses")]
    [InlineData("""{"name":"x","owner":"a","addresses":{"a":"10.0.0.9"}}""", "addresses")]
    [InlineData("""{"name":"x","owner":"a","asleep":{"name":"y"}}""", "asleep")]
    [InlineData("""{"name":"x","owner":"a","reverse":[true]}""", "reverse")]
    [InlineData("""{"name":"x","owner":"a","ttl":-1}""", "TTL")]
    [InlineData("""{"name":"x","owner":"a","ttl":"10"}""", "ttl")]
    [InlineData("""{"name":"x","owner":"a","ttl":99999999999}""", "ttl")]
    [InlineData("""{"name":"x","owner":"a","since":"yesterday"}""", "since")]
    [InlineData("""{"name":"x","owner":"a","state":"odd"}""", "state")]
    [InlineData("""{"name":"x","owner":"a","services":[{"service":"http","protocol":"tcp","port":70000}]}""", "port")]
    [InlineData("""{"name":"x","owner":"a","services":[1]}""", "services")]
    [InlineData("""{"name":"x","owner":"a","attributes":{"k":1}}""", "attributes")]
    [InlineData("""{"name":"x","owner":"a","alias":"X"}""", "alias")]
    public void What_is_wrong_is_said_and_never_thrown(string json, string reason)
    {
        RecordJson.Read(Encoding.UTF8.GetBytes(json), out var problem).Should().BeNull();
        problem.Should().NotBeNull().And.Contain(reason);
    }

    /// <summary>Text that is none: half a surrogate pair (RFC 8259 §8.2), octets that are no UTF-8. Another machine may write it into a shared Redis.</summary>
    [Theory]
    [InlineData("{'name':'\\ud800','owner':'a'}")]
    [InlineData("{'name':'x','owner':'\\udc00'}")]
    [InlineData("{'name':'x','owner':'a','state':'\\ud800'}")]
    [InlineData("{'name':'x','owner':'a','explanation':'\\ud800'}")]
    [InlineData("{'name':'x','owner':'a','since':'\\ud800'}")]
    [InlineData("{'name':'x','owner':'a','addresses':['\\ud800']}")]
    [InlineData("{'name':'x','owner':'a','attributes':{'\\ud800':'v'}}")]
    [InlineData("{'name':'x','owner':'a','attributes':{'k':'\\ud800'}}")]
    [InlineData("{'name':'x','owner':'a','explanation':'\u00ff'}")]
    [InlineData("{'name':'\u00ff','owner':'a'}")]
    [InlineData("{'name':'x','owner':'a','services':[{'service':'\\ud800','protocol':'tcp','port':1}]}")]
    public void Text_that_is_none_costs_its_record_and_no_other(string json)
    {
        var octets = Encoding.Latin1.GetBytes(json.Replace('\'', '"'));
        RecordJson.Read(octets, out var problem).Should().BeNull();
        problem.Should().NotBeNull();

        var beside = JsonSerializer.Deserialize([.. "["u8, .. octets, .. ","u8, .. RecordJson.Write(Record("a", "fine")), .. "]"u8], RecordJson.Readable.RecordDocumentArray)!;
        beside.Select(d => d.Record?.Name).Should().Equal(null, "fine");
    }

    [Fact]
    public void No_part_of_a_record_is_a_record()
    {
        var whole = RecordJson.Write(Full("a", "x"));
        for (var length = 0; length < whole.Length; length++)
            RecordJson.Read(whole.AsSpan(0, length), out _).Should().BeNull("{0} of {1} octets", length, whole.Length);
    }
}
