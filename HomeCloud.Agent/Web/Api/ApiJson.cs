using System.Net.ServerSentEvents;
using System.Text.Json.Serialization;
using HomeCloud.Agent.Servers;
using HomeCloud.Agent.Servers.Changing;
using HomeCloud.Agent.Servers.Figures;
using HomeCloud.Agent.Servers.Live;
using HomeCloud.Agent.Servers.Planning;
using HomeCloud.Agent.Servers.Records;
using HomeCloud.Agent.Web.Dns;
using HomeCloud.Agent.Web.Health;
using HomeCloud.Agent.Web.Security;
using HomeCloud.Registry.Journals;
using Microsoft.AspNetCore.Mvc;

namespace HomeCloud.Agent.Web.Api;

/// <summary>Every type that a request or an answer of the API has, event streams included.</summary>
[JsonSerializable(typeof(object))]
[JsonSerializable(typeof(SseItem<object>))]
[JsonSerializable(typeof(SseItem<LogView>))]
[JsonSerializable(typeof(ProblemDetails))]
[JsonSerializable(typeof(IEnumerable<string>))]
[JsonSerializable(typeof(IReadOnlyList<string>))]
[JsonSerializable(typeof(string[]))]
[JsonSerializable(typeof(CreateServer))]
[JsonSerializable(typeof(RenameServer))]
[JsonSerializable(typeof(SetServer))]
[JsonSerializable(typeof(ServerSettings))]
[JsonSerializable(typeof(ImageNewsView))]
[JsonSerializable(typeof(ServerNews))]
[JsonSerializable(typeof(IReadOnlyList<ServerNews>))]
[JsonSerializable(typeof(ServerView[]))]
[JsonSerializable(typeof(List<ServerView>))]
[JsonSerializable(typeof(List<ServerTemplate>))]
[JsonSerializable(typeof(List<UsageView>))]
[JsonSerializable(typeof(UsageFiguresView))]
[JsonSerializable(typeof(NameEvent))]
[JsonSerializable(typeof(EngineEvent))]
[JsonSerializable(typeof(LogView))]
[JsonSerializable(typeof(IEnumerable<OperationView>))]
[JsonSerializable(typeof(StepView))]
[JsonSerializable(typeof(IReadOnlyList<StaticName>))]
[JsonSerializable(typeof(List<HistoryLine>))]
[JsonSerializable(typeof(IEnumerable<KeyView>))]
[JsonSerializable(typeof(KeyView[]))]
[JsonSerializable(typeof(FetchKeys))]
[JsonSerializable(typeof(IEnumerable<SessionView>))]
[JsonSerializable(typeof(IReadOnlyList<TokenView>))]
[JsonSerializable(typeof(List<NetworkView>))]
[JsonSerializable(typeof(NetworkView[]))]
[JsonSerializable(typeof(MadeToken))]
[JsonSerializable(typeof(NewToken))]
[JsonSerializable(typeof(SignIn))]
[JsonSerializable(typeof(NewPassword))]
[JsonSerializable(typeof(StatusView))]
[JsonSerializable(typeof(DnsStatisticsView))]
[JsonSerializable(typeof(IReadOnlyList<KeptRecordView>))]
[JsonSerializable(typeof(NewRecord))]
[JsonSerializable(typeof(DnsFiguresView))]
[JsonSerializable(typeof(DnsTopView))]
[JsonSerializable(typeof(IReadOnlyList<DnsQueryView>))]
[JsonSerializable(typeof(BlockingView))]
[JsonSerializable(typeof(BlockTestView))]
[JsonSerializable(typeof(NameDecision))]
[JsonSerializable(typeof(PauseRequest))]
[JsonSerializable(typeof(HealthView))]
internal sealed partial class ApiJson : JsonSerializerContext;
