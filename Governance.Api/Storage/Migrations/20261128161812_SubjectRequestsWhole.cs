using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Governance.Api.Storage.Migrations
{
    /// <inheritdoc />
    public partial class SubjectRequestsWhole : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<int>(
                name: "AcceptedPeople",
                table: "subject_requests",
                type: "INTEGER",
                nullable: false,
                defaultValue: 1
            );

            migrationBuilder.AddColumn<Guid>(name: "BatchId", table: "subject_requests", type: "TEXT", nullable: true);

            migrationBuilder.AddColumn<bool>(
                name: "IsHeld",
                table: "subject_requests",
                type: "INTEGER",
                nullable: false,
                defaultValue: false
            );

            migrationBuilder.AddColumn<Guid>(
                name: "NextBatchId",
                table: "subject_requests",
                type: "TEXT",
                nullable: true
            );

            migrationBuilder.AddColumn<string>(
                name: "Waivers",
                table: "subject_requests",
                type: "TEXT",
                nullable: false,
                defaultValueSql: "'[]'"
            );

            migrationBuilder.AddColumn<long>(
                name: "BatchMatched",
                table: "subject_request_items",
                type: "INTEGER",
                nullable: true
            );

            migrationBuilder.AddColumn<long>(
                name: "BeganAt",
                table: "subject_request_items",
                type: "INTEGER",
                nullable: true
            );

            migrationBuilder.AddColumn<long>(
                name: "Counted",
                table: "subject_request_items",
                type: "INTEGER",
                nullable: true
            );

            migrationBuilder.AddColumn<long>(
                name: "CountedEarlier",
                table: "subject_request_items",
                type: "INTEGER",
                nullable: true
            );

            migrationBuilder.AddColumn<long>(
                name: "EstimatedBytes",
                table: "subject_request_items",
                type: "INTEGER",
                nullable: true
            );

            migrationBuilder.AddColumn<string>(
                name: "HashAfter",
                table: "subject_request_items",
                type: "TEXT",
                nullable: true
            );

            migrationBuilder.AddColumn<string>(
                name: "HashBefore",
                table: "subject_request_items",
                type: "TEXT",
                nullable: true
            );

            migrationBuilder.AddColumn<long>(
                name: "HeldUntil",
                table: "subject_request_items",
                type: "INTEGER",
                nullable: true
            );

            migrationBuilder.AddColumn<int>(
                name: "ViewsCounted",
                table: "subject_request_items",
                type: "INTEGER",
                nullable: true
            );

            migrationBuilder.AddColumn<string>(
                name: "WaivedBy",
                table: "subject_request_items",
                type: "TEXT",
                nullable: true
            );

            migrationBuilder.AddColumn<string>(
                name: "Without",
                table: "grants",
                type: "TEXT",
                nullable: false,
                defaultValue: "[]"
            );

            migrationBuilder.CreateTable(
                name: "erased_identifiers",
                columns: table => new
                {
                    RequestId = table.Column<Guid>(type: "TEXT", nullable: false),
                    Surrogate = table.Column<Guid>(type: "TEXT", nullable: false),
                    Domain = table.Column<string>(type: "TEXT", nullable: false),
                    IsOwned = table.Column<bool>(type: "INTEGER", nullable: false),
                    ErasedAt = table.Column<long>(type: "INTEGER", nullable: false),
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_erased_identifiers", x => new { x.RequestId, x.Surrogate });
                }
            );

            migrationBuilder.CreateTable(
                name: "legal_holds",
                columns: table => new
                {
                    Id = table.Column<Guid>(type: "TEXT", nullable: false),
                    RequestId = table.Column<Guid>(type: "TEXT", nullable: false),
                    Datasets = table.Column<string>(type: "TEXT", nullable: false),
                    Reason = table.Column<string>(type: "TEXT", nullable: false),
                    Until = table.Column<long>(type: "INTEGER", nullable: true),
                    PlacedAt = table.Column<long>(type: "INTEGER", nullable: false),
                    PlacedBy = table.Column<string>(type: "TEXT", nullable: false),
                    TooLateFor = table.Column<string>(type: "TEXT", nullable: false),
                    ReleasedAt = table.Column<long>(type: "INTEGER", nullable: true),
                    ReleasedBy = table.Column<string>(type: "TEXT", nullable: true),
                    ReleaseReason = table.Column<string>(type: "TEXT", nullable: true),
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_legal_holds", x => x.Id);
                    table.ForeignKey(
                        name: "FK_legal_holds_subject_requests_RequestId",
                        column: x => x.RequestId,
                        principalTable: "subject_requests",
                        principalColumn: "Id",
                        onDelete: ReferentialAction.Cascade
                    );
                }
            );

            migrationBuilder.CreateTable(
                name: "opendsr_requests",
                columns: table => new
                {
                    Controller = table.Column<string>(type: "TEXT", nullable: false),
                    SubjectRequestId = table.Column<Guid>(type: "TEXT", nullable: false),
                    RequestId = table.Column<Guid>(type: "TEXT", nullable: false),
                    ReceivedAt = table.Column<long>(type: "INTEGER", nullable: false),
                    Callbacks = table.Column<string>(type: "TEXT", nullable: false),
                    Told = table.Column<string>(type: "TEXT", nullable: false),
                    IsOver = table.Column<bool>(type: "INTEGER", nullable: false),
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_opendsr_requests", x => new { x.Controller, x.SubjectRequestId });
                }
            );

            migrationBuilder.CreateTable(
                name: "processing_limits",
                columns: table => new
                {
                    RequestId = table.Column<Guid>(type: "TEXT", nullable: false),
                    Subject = table.Column<string>(type: "TEXT", nullable: false),
                    Purposes = table.Column<string>(type: "TEXT", nullable: false),
                    Since = table.Column<long>(type: "INTEGER", nullable: false),
                    LiftedAt = table.Column<long>(type: "INTEGER", nullable: true),
                    LiftedBy = table.Column<string>(type: "TEXT", nullable: true),
                    LiftReason = table.Column<string>(type: "TEXT", nullable: true),
                    Views = table.Column<int>(type: "INTEGER", nullable: false),
                    ShownBefore = table.Column<long>(type: "INTEGER", nullable: false),
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_processing_limits", x => x.RequestId);
                    table.ForeignKey(
                        name: "FK_processing_limits_subject_requests_RequestId",
                        column: x => x.RequestId,
                        principalTable: "subject_requests",
                        principalColumn: "Id",
                        onDelete: ReferentialAction.Cascade
                    );
                }
            );

            migrationBuilder.CreateTable(
                name: "recipient_notices",
                columns: table => new
                {
                    Id = table.Column<Guid>(type: "TEXT", nullable: false),
                    RequestId = table.Column<Guid>(type: "TEXT", nullable: false),
                    Act = table.Column<string>(type: "TEXT", nullable: false),
                    Recipient = table.Column<string>(type: "TEXT", nullable: false),
                    Kind = table.Column<string>(type: "TEXT", nullable: false),
                    Target = table.Column<string>(type: "TEXT", nullable: false),
                    Body = table.Column<string>(type: "TEXT", nullable: true),
                    CreatedAt = table.Column<long>(type: "INTEGER", nullable: false),
                    State = table.Column<string>(type: "TEXT", nullable: false),
                    StateAt = table.Column<long>(type: "INTEGER", nullable: false),
                    TriedSince = table.Column<long>(type: "INTEGER", nullable: false),
                    Attempts = table.Column<int>(type: "INTEGER", nullable: false),
                    NextAt = table.Column<long>(type: "INTEGER", nullable: true),
                    Code = table.Column<string>(type: "TEXT", nullable: true),
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_recipient_notices", x => x.Id);
                }
            );

            migrationBuilder.CreateTable(
                name: "retention_runs",
                columns: table => new
                {
                    JobId = table.Column<string>(type: "TEXT", nullable: false),
                    Dataset = table.Column<string>(type: "TEXT", nullable: false),
                    Period = table.Column<string>(type: "TEXT", nullable: false),
                    Action = table.Column<string>(type: "TEXT", nullable: false),
                    Before = table.Column<long>(type: "INTEGER", nullable: false),
                    StartedAt = table.Column<long>(type: "INTEGER", nullable: false),
                    EndedAt = table.Column<long>(type: "INTEGER", nullable: true),
                    Verdict = table.Column<string>(type: "TEXT", nullable: false),
                    Code = table.Column<string>(type: "TEXT", nullable: true),
                    Attempts = table.Column<int>(type: "INTEGER", nullable: false),
                    NextAttemptAt = table.Column<long>(type: "INTEGER", nullable: true),
                    RowsBefore = table.Column<long>(type: "INTEGER", nullable: true),
                    Matched = table.Column<long>(type: "INTEGER", nullable: true),
                    RowsAfter = table.Column<long>(type: "INTEGER", nullable: true),
                    MatchedAfter = table.Column<long>(type: "INTEGER", nullable: true),
                    ControlUnchanged = table.Column<bool>(type: "INTEGER", nullable: true),
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_retention_runs", x => x.JobId);
                }
            );

            migrationBuilder.CreateTable(
                name: "subject_request_bulk",
                columns: table => new
                {
                    Submission = table.Column<string>(type: "TEXT", nullable: false),
                    Reference = table.Column<string>(type: "TEXT", nullable: false),
                    RequestId = table.Column<Guid>(type: "TEXT", nullable: false),
                    At = table.Column<long>(type: "INTEGER", nullable: false),
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_subject_request_bulk", x => new { x.Submission, x.Reference });
                }
            );

            migrationBuilder.CreateTable(
                name: "subject_request_deadlines",
                columns: table => new
                {
                    RequestId = table.Column<Guid>(type: "TEXT", nullable: false),
                    Due = table.Column<string>(type: "TEXT", nullable: false),
                    DueOn = table.Column<string>(type: "TEXT", nullable: false),
                    At = table.Column<long>(type: "INTEGER", nullable: false),
                },
                constraints: table =>
                {
                    table.PrimaryKey(
                        "PK_subject_request_deadlines",
                        x => new
                        {
                            x.RequestId,
                            x.Due,
                            x.DueOn,
                        }
                    );
                }
            );

            migrationBuilder.CreateTable(
                name: "subject_request_demands",
                columns: table => new
                {
                    RequestId = table.Column<Guid>(type: "TEXT", nullable: false),
                    Purposes = table.Column<string>(type: "TEXT", nullable: false),
                    RefusedPurposes = table.Column<string>(type: "TEXT", nullable: false),
                    EncryptTo = table.Column<string>(type: "TEXT", nullable: true),
                    Sealed = table.Column<byte[]>(type: "BLOB", nullable: true),
                    Corrected = table.Column<string>(type: "TEXT", nullable: false),
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_subject_request_demands", x => x.RequestId);
                    table.ForeignKey(
                        name: "FK_subject_request_demands_subject_requests_RequestId",
                        column: x => x.RequestId,
                        principalTable: "subject_requests",
                        principalColumn: "Id",
                        onDelete: ReferentialAction.Cascade
                    );
                }
            );

            migrationBuilder.CreateTable(
                name: "subject_request_exports",
                columns: table => new
                {
                    RequestId = table.Column<Guid>(type: "TEXT", nullable: false),
                    FileName = table.Column<string>(type: "TEXT", nullable: false),
                    Bytes = table.Column<long>(type: "INTEGER", nullable: false),
                    Sha256 = table.Column<string>(type: "TEXT", nullable: false),
                    EncryptedTo = table.Column<string>(type: "TEXT", nullable: false),
                    Rows = table.Column<long>(type: "INTEGER", nullable: false),
                    WrittenAt = table.Column<long>(type: "INTEGER", nullable: false),
                    ExpiresAt = table.Column<long>(type: "INTEGER", nullable: true),
                    DestroyedAt = table.Column<long>(type: "INTEGER", nullable: true),
                    Downloads = table.Column<int>(type: "INTEGER", nullable: false),
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_subject_request_exports", x => x.RequestId);
                    table.ForeignKey(
                        name: "FK_subject_request_exports_subject_requests_RequestId",
                        column: x => x.RequestId,
                        principalTable: "subject_requests",
                        principalColumn: "Id",
                        onDelete: ReferentialAction.Cascade
                    );
                }
            );

            migrationBuilder.CreateTable(
                name: "legal_hold_keys",
                columns: table => new
                {
                    HoldId = table.Column<Guid>(type: "TEXT", nullable: false),
                    Domain = table.Column<string>(type: "TEXT", nullable: false),
                    Index = table.Column<byte[]>(type: "BLOB", nullable: false),
                },
                constraints: table =>
                {
                    table.PrimaryKey(
                        "PK_legal_hold_keys",
                        x => new
                        {
                            x.HoldId,
                            x.Domain,
                            x.Index,
                        }
                    );
                    table.ForeignKey(
                        name: "FK_legal_hold_keys_legal_holds_HoldId",
                        column: x => x.HoldId,
                        principalTable: "legal_holds",
                        principalColumn: "Id",
                        onDelete: ReferentialAction.Cascade
                    );
                }
            );

            migrationBuilder.CreateIndex(
                name: "IX_subject_requests_BatchId",
                table: "subject_requests",
                column: "BatchId"
            );

            migrationBuilder.CreateIndex(
                name: "IX_erased_identifiers_ErasedAt",
                table: "erased_identifiers",
                column: "ErasedAt"
            );

            migrationBuilder.CreateIndex(name: "IX_legal_holds_ReleasedAt", table: "legal_holds", column: "ReleasedAt");

            migrationBuilder.CreateIndex(name: "IX_legal_holds_RequestId", table: "legal_holds", column: "RequestId");

            migrationBuilder.CreateIndex(
                name: "IX_opendsr_requests_IsOver",
                table: "opendsr_requests",
                column: "IsOver"
            );

            migrationBuilder.CreateIndex(
                name: "IX_opendsr_requests_RequestId",
                table: "opendsr_requests",
                column: "RequestId"
            );

            migrationBuilder.CreateIndex(
                name: "IX_processing_limits_LiftedAt",
                table: "processing_limits",
                column: "LiftedAt"
            );

            migrationBuilder.CreateIndex(
                name: "IX_recipient_notices_NextAt",
                table: "recipient_notices",
                column: "NextAt"
            );

            migrationBuilder.CreateIndex(
                name: "IX_recipient_notices_RequestId_Act_Recipient_Target",
                table: "recipient_notices",
                columns: new[] { "RequestId", "Act", "Recipient", "Target" },
                unique: true
            );

            migrationBuilder.CreateIndex(
                name: "IX_retention_runs_Dataset_Before",
                table: "retention_runs",
                columns: new[] { "Dataset", "Before" }
            );

            migrationBuilder.CreateIndex(name: "IX_retention_runs_EndedAt", table: "retention_runs", column: "EndedAt");

            migrationBuilder.CreateIndex(
                name: "IX_subject_request_bulk_RequestId",
                table: "subject_request_bulk",
                column: "RequestId"
            );

            migrationBuilder.CreateIndex(
                name: "IX_subject_request_exports_ExpiresAt",
                table: "subject_request_exports",
                column: "ExpiresAt"
            );
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(name: "erased_identifiers");

            migrationBuilder.DropTable(name: "legal_hold_keys");

            migrationBuilder.DropTable(name: "opendsr_requests");

            migrationBuilder.DropTable(name: "processing_limits");

            migrationBuilder.DropTable(name: "recipient_notices");

            migrationBuilder.DropTable(name: "retention_runs");

            migrationBuilder.DropTable(name: "subject_request_bulk");

            migrationBuilder.DropTable(name: "subject_request_deadlines");

            migrationBuilder.DropTable(name: "subject_request_demands");

            migrationBuilder.DropTable(name: "subject_request_exports");

            migrationBuilder.DropTable(name: "legal_holds");

            migrationBuilder.DropIndex(name: "IX_subject_requests_BatchId", table: "subject_requests");

            migrationBuilder.DropColumn(name: "AcceptedPeople", table: "subject_requests");

            migrationBuilder.DropColumn(name: "BatchId", table: "subject_requests");

            migrationBuilder.DropColumn(name: "IsHeld", table: "subject_requests");

            migrationBuilder.DropColumn(name: "NextBatchId", table: "subject_requests");

            migrationBuilder.DropColumn(name: "Waivers", table: "subject_requests");

            migrationBuilder.DropColumn(name: "BatchMatched", table: "subject_request_items");

            migrationBuilder.DropColumn(name: "BeganAt", table: "subject_request_items");

            migrationBuilder.DropColumn(name: "Counted", table: "subject_request_items");

            migrationBuilder.DropColumn(name: "CountedEarlier", table: "subject_request_items");

            migrationBuilder.DropColumn(name: "EstimatedBytes", table: "subject_request_items");

            migrationBuilder.DropColumn(name: "HashAfter", table: "subject_request_items");

            migrationBuilder.DropColumn(name: "HashBefore", table: "subject_request_items");

            migrationBuilder.DropColumn(name: "HeldUntil", table: "subject_request_items");

            migrationBuilder.DropColumn(name: "ViewsCounted", table: "subject_request_items");

            migrationBuilder.DropColumn(name: "WaivedBy", table: "subject_request_items");

            migrationBuilder.DropColumn(name: "Without", table: "grants");
        }
    }
}
