using System.Text.Json.Serialization;

namespace HomeCloud.Registry.Storage;

/// <summary>What one record's JSON turned out to be: a valid record, or what is wrong with it.</summary>
[JsonConverter(typeof(RecordConverter))]
internal readonly record struct RecordDocument(NameRecord? Record, string? Problem);
